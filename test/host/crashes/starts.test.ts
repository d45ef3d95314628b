import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { makePlugin, type TestPlugin } from '../../support/plugin-folder.js';
import { runBuilt, withBuild } from '../../support/run-built.js';
import { type HomeOptions, makeHome } from '../open-host.js';

withBuild();
vi.setConfig({ testTimeout: 240_000 });

const good: TestPlugin = { id: 'good', source: 'lifecycle.c' };

/** A plugin that ends its process in `step` by the statement `how`. */
function crasher(step: string, how: string, id = 'bad'): TestPlugin {
  return { id, source: 'crashes.c', flags: [`-DCRASH_AT="${step}"`, `-DHOW=${how}`] };
}

const SEGV = '*(volatile int *)8 = 1';

/** A start with trials starts several processes. */
const START_MS = 120_000;

/** Opens a host in a process of its own, and prints its plugins and its warnings. */
async function start(options: HomeOptions & { readonly home: string }) {
  const { code, signal, stdout, stderr } = await runBuilt(
    `
    const lines = [];
    const log = (level) => (data, text) => lines.push(level + ': ' + text);
    const logger = Object.fromEntries(
      ['trace', 'debug', 'info', 'warn', 'error'].map((level) => [level, log(level)]));
    const phases = [];
    const host = PluginHost.create({ activation: 'startup', ...args, logger });
    host.events.on('phase', ({ id, to, cause }) => phases.push(id + ' ' + to + ' (' + cause + ')'));
    host.discover();
    await host.start();
    const plugins = host.plugins.list().map(({ id, state, error }) => ({ id, state, error }));
    const answer = await host.tools.call('good:ping').catch(({ code }) => code);
    await host.close();
    console.log(JSON.stringify({ plugins, lines, phases, answer }));`,
    options,
    START_MS,
  );
  if (stdout === '')
    return { code, signal, plugins: [], lines: [], phases: [], answer: null, stderr };
  const said = JSON.parse(stdout) as {
    plugins: { id: string; state: string; error: { code: string; details: object } | null }[];
    lines: string[];
    phases: string[];
    answer: { data: string };
  };
  return { code, signal, stderr, ...said };
}

type Started = Awaited<ReturnType<typeof start>>;
const stateOf = ({ plugins }: Started, id: string) => plugins.find((each) => each.id === id)?.state;
const journalsOf = (home: string) => readdirSync(join(home, 'state', 'journal'));

describe('plugins that end the process', () => {
  test.each([
    [
      'while they are opened and created',
      [
        ['constructor', SEGV, 'open', { signal: 'SIGSEGV' }],
        ['entry', 'raise(SIGBUS)', 'open', { signal: 'SIGBUS' }],
        ['create', 'abort()', 'create', { signal: 'SIGABRT' }],
      ],
    ],
    [
      'while they register and initialise',
      [
        ['register', SEGV, 'register', { signal: 'SIGSEGV' }],
        ['init', 'exit(3)', 'init', { code: 3 }],
        ['init', '_exit(0)', 'init', { code: 0 }],
      ],
    ],
  ] as const)('%s are left out by the next start, which says why', async (_, kinds) => {
    const crashers = kinds.map(([at, how], i) => crasher(at, how, `bad${i}`));
    const options = makeHome({ plugins: [good, ...crashers] });
    expect((await start(options)).plugins).toEqual([]);
    const second = await start(options);
    expect(second.answer).toMatchObject({ data: 'good' });
    for (const [i, [, , step, end]] of kinds.entries()) {
      const bad = second.plugins.find(({ id }) => id === `bad${i}`);
      expect(bad).toMatchObject({
        state: 'crashed',
        error: { code: 'PLUGIN_CRASHED', details: { plugin: `bad${i}`, step, ...end } },
      });
      expect(second.phases).toContain(`bad${i} crashed (crash)`);
      expect(second.lines).toContainEqual(
        expect.stringMatching(
          RegExp(
            `^error: Plugin bad${i} crashed .* aisopod plugins doctor --home ${options.home}$`,
          ),
        ),
      );
    }
    expect(journalsOf(options.home)).toEqual([]);
  });
});

test('a plugin that was left out is not tried again by each start', async () => {
  const options = makeHome({ plugins: [good, crasher('init', SEGV)] });
  await start(options);
  await start(options);
  const third = await start(options);
  expect(stateOf(third, 'bad')).toBe('crashed');
  expect(third.lines.filter((line) => line.includes('tries'))).toEqual([]);
});

test('a plugin that was left out starts again when its library has changed', async () => {
  const options = makeHome({ plugins: [good, crasher('init', SEGV)] });
  await start(options);
  await start(options);
  makePlugin(join(options.home, 'plugins'), crasher('never', 'abort()'));
  const mended = await start(options);
  expect(stateOf(mended, 'bad')).toBe('active');
  expect(readFileSync(join(options.home, 'state', 'crashes.json'), 'utf8')).not.toContain('bad');
});

test('a changed library that crashes too ends no host', async () => {
  const options = makeHome({ plugins: [good, crasher('init', SEGV)] });
  await start(options);
  await start(options);
  makePlugin(join(options.home, 'plugins'), crasher('create', 'abort()'));
  const again = await start(options);
  expect(stateOf(again, 'good')).toBe('active');
  expect(again.plugins.find(({ id }) => id === 'bad')?.error?.details).toMatchObject({
    step: 'create',
    signal: 'SIGABRT',
  });
});

test('a host that was killed amid a start leaves a suspicion, and nothing is left out', async () => {
  const options = makeHome({ plugins: [good, crasher('init', 'kill(getpid(), SIGKILL)')] });
  expect((await start(options)).signal).toBe('SIGKILL');
  expect(journalsOf(options.home)).toHaveLength(1);
  process.env.CALM = '1';
  try {
    const second = await start(options);
    expect(second.plugins.map(({ state }) => state)).toEqual(['active', 'active']);
    expect(second.lines).toContainEqual(expect.stringMatching(/^info: The host tries bad/));
  } finally {
    delete process.env.CALM;
  }
  expect(journalsOf(options.home)).toEqual([]);
  expect(existsSync(join(options.home, 'state', 'crashes.json'))).toBe(false);
});

test('a plugin that needs one that crashes is skipped, and the reason names the cause', async () => {
  const needs = '[dependencies]\nbad = "*"\n';
  const dependent: TestPlugin = { id: 'dependent', source: 'lifecycle.c', manifest: needs };
  const options = makeHome({ plugins: [good, dependent, crasher('init', SEGV)] });
  await start(options);
  const second = await start(options);
  expect(stateOf(second, 'dependent')).toBe('skipped_dependency');
  const { error } = second.plugins.find(({ id }) => id === 'dependent') ?? {};
  expect(error?.details).toMatchObject({ root: 'bad', rootCode: 'PLUGIN_CRASHED' });
});

test('a constructor that never returns holds up neither the trial nor the others in it', async () => {
  const hang: TestPlugin = { ...crasher('constructor', 'for (;;) pause()', 'ahang') };
  const options = makeHome({
    plugins: [good, hang, crasher('init', SEGV)],
    toml: '[plugins.settings.ahang.limits]\nopen_ms = 300\n',
  });
  // The process ends when all are marked.
  const killed = await runBuilt(
    `import { readdirSync, statSync } from 'node:fs';
     const host = PluginHost.create(args);
     host.discover();
     const dir = args.home + '/state/journal';
     const look = () => {
       try {
         const [name] = readdirSync(dir);
         if (statSync(dir + '/' + name).size > 64) process.kill(process.pid, 'SIGKILL');
       } catch {}
       setImmediate(look);
     };
     look();
     await host.start();`,
    { ...options, limits: { openMs: 60_000 } },
  );
  expect(killed.signal).toBe('SIGKILL');
  const second = await start(options);
  expect(stateOf(second, 'bad')).toBe('crashed');
  expect(stateOf(second, 'ahang')).toBe('failed_load');
});

test('a home that keeps no marks starts plugins all the same, and one line says so', async () => {
  const options = makeHome({ plugins: [good] });
  writeFileSync(join(options.home, 'state'), '');
  const { plugins, lines } = await start(options);
  expect(plugins.map(({ state }) => state)).toEqual(['active']);
  const unmarked = lines.filter((line) => line.includes('are not marked'));
  expect(unmarked).toEqual([
    expect.stringMatching(/^info: Starting plugins are not marked in \S+\/state\/journal: E/),
  ]);
});

test('a home that does not keep what crashes has it tried by each start', async () => {
  const options = makeHome({ plugins: [good, crasher('init', SEGV)] });
  mkdirSync(join(options.home, 'state', 'crashes.json'), { recursive: true, mode: 0o700 });
  chmodSync(join(options.home, 'state'), 0o700);
  expect((await start(options)).signal).toBe('SIGSEGV');
  for (let round = 0; round < 2; round++) {
    expect(stateOf(await start(options), 'bad')).toBe('crashed');
    expect(journalsOf(options.home)).toHaveLength(1);
  }
});

test('two starts at once both leave out what crashes', async () => {
  const options = makeHome({ plugins: [good, crasher('init', SEGV)] });
  await start(options);
  const both = await Promise.all([start(options), start(options)]);
  for (const each of both) {
    expect(each.plugins.map(({ id, state }) => `${id} ${state}`)).toEqual([
      'bad crashed',
      'good active',
    ]);
  }
});

test('a regular end leaves no journal, also without close() and amid a start', async () => {
  const options = makeHome({ plugins: [good] });
  const ended = await runBuilt(
    `const host = PluginHost.create(args);
     host.discover();
     host.events.on('phase', ({ to }) => { if (to === 'loaded') process.exit(5); });
     await host.start();`,
    options,
  );
  expect(ended.code).toBe(5);
  expect(journalsOf(options.home)).toEqual([]);
});
