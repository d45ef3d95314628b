import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import { type Home, resolveHome } from '../../../src/home/paths/index.js';
import { KnownRegistrations, type Learned } from '../../../src/host/dormant/known-registrations.js';
import type { HostFacts } from '../../../src/packages/manifest/index.js';
import { newFolder } from '../open-host.js';

const FACTS: HostFacts = {
  hostVersion: '1.0.0',
  platform: 'linux-x64',
  abiMajor: 1,
  abiMinor: 0,
  features: [],
};

const LEARNED: Learned = {
  registrations: [
    { kind: 'tool', name: 'add', spec: '{"description":"adds \\u00e4"}', flags: 2 },
    { kind: 'command', name: 'sum', spec: '{"aliases":["total"]}', flags: 0 },
  ],
  aliases: [[], ['total']],
  subscriptions: ['chat.*'],
  unserved: [{ kind: 'server', name: 'web', message: 'it is not served' }],
  isPlain: true,
  isAsListed: true,
};

let home: Home;

beforeEach(() => {
  home = resolveHome({ home: newFolder(), env: {} });
  for (const name of ['one', 'two', 'three']) mkdirSync(join(home.root, name));
});

const folder = (name: string) => join(home.root, name);
const file = () => join(home.state, 'registrations.json');
const open = (facts: Partial<HostFacts> = {}) =>
  new KnownRegistrations(home, { ...FACTS, ...facts });

async function keep(name: string, learned = LEARNED, key = 'key') {
  const known = open();
  known.learn(folder(name), () => ({ key, learned }));
  await known.keep();
}

/** A plugin with one tool that has such a spec. */
function withSpec(spec: string): Learned {
  const registrations = [{ kind: 'tool', name: 'add', spec, flags: 0 } as const];
  const parts = { aliases: [[]], subscriptions: [], unserved: [] };
  return { registrations, ...parts, isPlain: true, isAsListed: true };
}

test('what a plugin registered is recalled by another host', async () => {
  await keep('one');
  await keep('two', withSpec('{"two":2}'));
  const known = open().recall(folder('one'), 'key');
  expect(known).toMatchObject({
    registrations: [
      { kind: 'tool', name: 'add', flags: 2, aliases: [] },
      { kind: 'command', name: 'sum', flags: 0, aliases: ['total'] },
    ],
    subscriptions: LEARNED.subscriptions,
    unserved: LEARNED.unserved,
    isPlain: true,
    isAsListed: true,
  });
  expect(known?.specs()).toEqual(LEARNED.registrations.map(({ spec }) => spec));
  expect(open().recall(folder('two'), 'key')?.specs()).toEqual(['{"two":2}']);
});

test('what a plugin registered is written down once, when it is first asked for or kept', async () => {
  const known = open();
  const lessons = ['one', 'two'].map((name) => {
    const lesson = vi.fn(() => ({ key: 'key', learned: LEARNED }));
    known.learn(folder(name), lesson);
    expect(lesson).not.toHaveBeenCalled();
    return lesson;
  });
  expect(known.recall(folder('one'), 'key')?.isPlain).toBe(true);
  expect(lessons.map((each) => each.mock.calls.length)).toEqual([1, 0]);
  await known.keep();
  expect(lessons.map((each) => each.mock.calls.length)).toEqual([1, 1]);
});

test('a host that has kept what it learned recalls what the file says now', async () => {
  const known = open();
  known.learn(folder('one'), () => ({ key: 'key', learned: LEARNED }));
  await known.keep();
  expect(known.recall(folder('one'), 'key')).not.toBeNull();
  await known.keep();
  await keep('one', LEARNED, 'other');
  expect(known.recall(folder('one'), 'other')).not.toBeNull();
});

test('a host whose file cannot be written still knows what it learned', async () => {
  const known = open();
  known.learn(folder('one'), () => ({ key: 'key', learned: LEARNED }));
  writeFileSync(home.state, 'a file in the place of the folder');
  await expect(known.keep()).rejects.toThrow();
  expect(known.recall(folder('one'), 'key')).not.toBeNull();
});

test('a plugin about whose specs the host said something is recalled with that', async () => {
  await keep('one', { ...LEARNED, isPlain: false });
  expect(open().recall(folder('one'), 'key')?.isPlain).toBe(false);
});

test('nothing is recalled of a plugin under another key, or of another plugin', async () => {
  await keep('one');
  expect(open().recall(folder('one'), 'other')).toBeNull();
  expect(open().recall(folder('two'), 'key')).toBeNull();
});

test.each([
  ['another version of the host', { hostVersion: '1.0.1' }],
  ['another platform', { platform: 'linux-arm64' }],
  ['a newer minor of the ABI', { abiMinor: 1 }],
])('%s recalls nothing', async (_name, facts) => {
  await keep('one');
  expect(open(facts).recall(folder('one'), 'key')).toBeNull();
});

test('a plugin that is forgotten is forgotten by later hosts too', async () => {
  await keep('one');
  const known = open();
  known.forget(folder('one'));
  expect(known.recall(folder('one'), 'key')).toBeNull();
  await known.keep();
  expect(open().recall(folder('one'), 'key')).toBeNull();
});

test('a host that learns nothing new leaves the file as it is', async () => {
  await keep('one');
  const before = statSync(file()).ino;
  await keep('one');
  const known = open();
  known.forget(folder('two'));
  await known.keep();
  expect(statSync(file()).ino).toBe(before);
});

test('two hosts that keep at different times keep what both have learned', async () => {
  const [first, second] = [open(), open()];
  first.learn(folder('one'), () => ({ key: 'key', learned: LEARNED }));
  second.learn(folder('two'), () => ({ key: 'key', learned: LEARNED }));
  await first.keep();
  await second.keep();
  for (const name of ['one', 'two']) expect(open().recall(folder(name), 'key')).not.toBeNull();
});

test('hosts that keep at the same time leave a file that can be read', async () => {
  const hosts = Array.from({ length: 20 }, () => open());
  hosts.forEach((each, i) => {
    const learned = withSpec(`{"text":"${'x'.repeat(i * 1000)}"}`);
    each.learn(folder('one'), () => ({ key: `key ${i}`, learned }));
  });
  await Promise.all(hosts.map((each) => each.keep()));
  const known = open();
  const recalled = hosts.flatMap((_, i) => known.recall(folder('one'), `key ${i}`) ?? []);
  expect(recalled).toHaveLength(1);
  expect(() => JSON.parse(recalled[0]?.specs()[0] ?? '')).not.toThrow();
});

test('a plugin whose folder is gone is not kept', async () => {
  await keep('one');
  rmSync(folder('one'), { recursive: true });
  await keep('two');
  expect(readFileSync(file(), 'utf8')).not.toContain(folder('one'));
});

test.each([
  ['a file that is cut short', () => writeFileSync(file(), readFileSync(file()).subarray(0, -1))],
  ['a file with another character in a spec', () => replace('adds', 'odds')],
  ['a file with another name in its index', () => replace('"add"', '"sub"')],
  ['a file with nothing but its header', () => writeFileSync(file(), firstLine())],
  ['an empty file', () => writeFileSync(file(), '')],
  ['a file that others may write to', () => chmodSync(file(), 0o666)],
  ['a folder that others may write to', () => chmodSync(home.state, 0o777)],
])('%s is passed over, and written again', async (_name, spoil) => {
  await keep('one');
  spoil();
  expect(open().recall(folder('one'), 'key')).toBeNull();
  chmodSync(home.state, 0o700);
  await keep('one');
  expect(open().recall(folder('one'), 'key')?.specs()).toHaveLength(2);
});

function replace(text: string, by: string) {
  const before = readFileSync(file(), 'utf8');
  expect(before).toContain(text);
  writeFileSync(file(), before.replace(text, by));
}

function firstLine(): string {
  return `${readFileSync(file(), 'utf8').split('\n')[0]}\n`;
}

test('specs of more than 1 MiB in all are not kept', async () => {
  await keep('one', withSpec(JSON.stringify({ text: 'x'.repeat(1024 * 1024) })));
  expect(existsSync(file())).toBe(false);
});

test('a plugin that registers more than is kept is no longer recalled as it was', async () => {
  await keep('one');
  await keep('one', withSpec(JSON.stringify({ text: 'x'.repeat(1024 * 1024) })));
  expect(open().recall(folder('one'), 'key')).toBeNull();
});

test('the file ends before 32 MiB of specs, and keeps what was learned last', async () => {
  const large = withSpec(JSON.stringify({ text: 'x'.repeat(1_000_000) }));
  const known = open();
  for (let i = 0; i < 40; i++) {
    mkdirSync(folder(`many-${i}`));
    known.learn(folder(`many-${i}`), () => ({ key: 'key', learned: large }));
  }
  await known.keep();
  await keep('one');
  expect(statSync(file()).size).toBeLessThan(34 * 1024 * 1024);
  expect(open().recall(folder('one'), 'key')).not.toBeNull();
});
