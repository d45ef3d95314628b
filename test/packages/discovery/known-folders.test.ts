import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';
import { beforeEach, expect, test } from 'vitest';
import { type Home, resolveHome } from '../../../src/home/paths/index.js';
import { discover, KnownFolders } from '../../../src/packages/discovery/index.js';
import { type HostFacts, wholeManifest } from '../../../src/packages/manifest/index.js';
import { settled } from '../../support/settled.js';
import { directory, HOST, manifest, ours, plugin, put } from './plugins-directory.js';

// What is remembered is told from what is read by putting something else into the file.
const posix = process.platform !== 'win32';

let home: Home;
let folder: string;

beforeEach(() => {
  home = resolveHome({ home: directory(), env: {} });
  folder = plugin(join(home.plugins, 'calc'), 'calc', '1.0.0', 'description = "read"\n');
});

const stateFile = () => join(home.state, 'plugins.json');

async function scan(host: Partial<HostFacts> = {}) {
  const facts = { ...HOST, ...host };
  const known = new KnownFolders(home, facts);
  const found = discover({ paths: ours({ home: home.root }), host: facts, known });
  await known.keep();
  return found.map((each) => ({
    ...each,
    manifest: each.manifest && wholeManifest(each.manifest),
    contents: each.contents && { digest: each.contents.digest },
  }));
}

/** Scans until it is remembered, and then marks what is. */
async function remember() {
  await settled(...readdirSync(folder).map((name) => join(folder, name)), folder);
  await scan();
  rewriteState((text) => text.replaceAll('"read"', '"kept"'));
}

/** Changes what is kept, to a text of the same length, with a checksum that fits. */
function rewriteState(change: (content: string) => string) {
  const [header = '', , ...lines] = readFileSync(stateFile(), 'utf8').split('\n');
  const content = change(lines.join('\n'));
  writeFileSync(stateFile(), [header, crc32(content).toString(16), content].join('\n'));
}

async function description() {
  const found = await scan();
  return found[0]?.manifest?.plugin.description;
}

test.runIf(posix)('a plugin in whose folder nothing has changed is not read again', async () => {
  await settled(...readdirSync(folder).map((name) => join(folder, name)), folder);
  const first = await scan();
  await remember();
  expect(await description()).toBe('kept');
  rewriteState((text) => text.replaceAll('"kept"', '"read"'));
  expect(await scan()).toEqual(first);
});

test.runIf(posix)('a host that finds nothing new leaves the file as it is', async () => {
  await remember();
  const before = statSync(stateFile()).ino;
  await scan();
  expect(statSync(stateFile()).ino).toBe(before);
});

const CHANGES: [string, () => void][] = [
  ['a manifest of the same size, with its time set back', () => rewrite('aisopod.plugin.toml')],
  ['a library of the same size, with its time set back', () => rewrite('lib.so')],
  ['a file with the same bytes in the place of another', () => replace('aisopod.plugin.toml')],
  ['a file more', () => put(folder, 'more.txt', 'x')],
  ['a file in a folder of it', () => put(folder, 'assets/more.txt', 'x')],
  ['a mode', () => chmodSync(join(folder, 'lib.so'), 0o600)],
  ['a folder in the place of another', swapFolder],
];

test.runIf(posix).each(CHANGES)('%s is noticed', async (_name, change) => {
  put(folder, 'assets/icon.txt', 'x');
  await settled(join(folder, 'assets'), join(folder, 'assets', 'icon.txt'));
  await remember();
  change();
  expect(await description()).toBe('read');
});

function rewrite(name: string) {
  const file = join(folder, name);
  const { atime, mtime } = statSync(file);
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replace('lib.so', 'lib.so'));
  utimesSync(file, atime, mtime);
}

function replace(name: string) {
  const file = join(folder, name);
  const copy = join(home.root, 'copy');
  writeFileSync(copy, readFileSync(file), { mode: 0o644 });
  const { atime, mtime } = statSync(file);
  utimesSync(copy, atime, mtime);
  renameSync(copy, file);
}

function swapFolder() {
  const other = plugin(join(home.root, 'other'), 'calc', '1.0.0', 'description = "read"\n');
  renameSync(folder, join(home.root, 'away'));
  renameSync(other, folder);
}

test.runIf(posix)('what others may write to since is refused', async () => {
  await remember();
  chmodSync(join(folder, 'lib.so'), 0o666);
  expect((await scan())[0]?.error?.code).toBe('PATH_UNSAFE');
});

test.runIf(posix)(
  'a plugin that has moved is found where it is now, and forgotten there',
  async () => {
    await remember();
    renameSync(folder, join(home.plugins, 'moved'));
    const [found] = await scan();
    expect(found?.entry?.path).toBe(join(home.plugins, 'moved', 'lib.so'));
    expect(readFileSync(stateFile(), 'utf8')).not.toContain('/calc"');
  },
);

test.runIf(posix)('a library that is gone is missed', async () => {
  await remember();
  rmSync(join(folder, 'lib.so'));
  expect(await description()).toBe('read');
  expect((await scan())[0]?.error?.code).toBe('ENTRY_NOT_FOUND');
});

test.runIf(posix).each([
  ['another version of the host', { hostVersion: '0.2.0' }],
  ['another platform', { platform: 'linux-arm64' }],
  ['a newer minor of the ABI', { abiMinor: 1 }],
  ['a feature more', { features: ['telegram'] }],
])('%s looks for itself', async (_name, host) => {
  await remember();
  expect((await scan(host))[0]?.manifest?.plugin.description).toBe('read');
});

test.runIf(posix)(
  'a file changed just now is not remembered, since the next change may not show',
  async () => {
    const now = Date.now() / 1000 + 60; // such a file system has another idea of the time
    utimesSync(join(folder, 'lib.so'), now, now);
    await settled(folder);
    await scan();
    expect(existsSync(stateFile())).toBe(false);
  },
);

test.runIf(posix)('a link to a file of the same folder is remembered with its target', async () => {
  symlinkSync('lib.so', join(folder, 'link.so'));
  await settled(folder);
  await remember();
  expect(await description()).toBe('kept');
  rewrite('lib.so');
  expect(await description()).toBe('read');
});

test.runIf(posix).each([
  ['to another folder', () => put(home.root, 'other.so', 'x'), '../../other.so'],
  ['to nothing', () => {}, 'missing.so'],
])('a folder with a link %s is looked at each time', async (_name, prepare, target) => {
  prepare();
  symlinkSync(target, join(folder, 'link.so'));
  await settled(folder);
  const [found] = await scan();
  expect(existsSync(stateFile())).toBe(false);
  expect(found?.contents).toBeNull();
});

test.runIf(posix)(
  'what a folder holds is known by the same text until a file changes',
  async () => {
    await settled(...readdirSync(folder).map((name) => join(folder, name)), folder);
    const contents = async () => (await scan())[0]?.contents?.digest;
    const first = await contents();
    expect(first).toMatch(/^[\w-]{43}$/);
    expect(await contents()).toBe(first);
    rewrite('lib.so');
    await settled(join(folder, 'lib.so'));
    expect(await contents()).not.toBe(first);
  },
);

test.runIf(posix)(
  'a plugin with a warning is looked at each time, so that it is told again',
  async () => {
    put(folder, 'aisopod.plugin.toml', `${manifest('calc')}\n[surplus]\n`);
    await settled(folder, join(folder, 'aisopod.plugin.toml'), join(folder, 'lib.so'));
    const [first] = await scan();
    const [again] = await scan();
    expect(again?.warnings).toHaveLength(1);
    expect(again?.contents?.digest).toBe(first?.contents?.digest);
    expect(first?.contents).not.toBeNull();
  },
);

test.runIf(posix)('versions side by side are remembered, and chosen from again', async () => {
  rmSync(folder, { recursive: true });
  for (const version of ['1.0.0', '2.0.0']) {
    const each = plugin(join(folder, version), 'calc', version);
    await settled(each, join(each, 'lib.so'), join(each, 'aisopod.plugin.toml'));
  }
  const first = await scan();
  expect(readFileSync(stateFile(), 'utf8')).toContain('/calc/2.0.0"');
  const again = await scan();
  expect(again).toEqual(first);
  expect(again.map(({ error }) => error?.code)).toEqual(['SHADOWED', undefined]);
});

test.runIf(posix).each([
  ['a broken file', () => writeFileSync(stateFile(), 'nonsense')],
  ['a file that is cut short', () => writeFileSync(stateFile(), cut(readFileSync(stateFile())))],
  [
    'another form of it',
    () => rewriteState((text) => text.replace(/"names":\[[^\]]*\]/, '"names":7')),
  ],
  ['nothing in the place of it', () => rewriteState(() => '{}\n')],
  ['a file that others may write to', () => chmodSync(stateFile(), 0o666)],
  ['a folder that others may write to', () => chmodSync(dirname(stateFile()), 0o777)],
  ['a folder in its place', folderInItsPlace],
])('%s is passed over', async (_name, spoil) => {
  await remember();
  spoil();
  const known = new KnownFolders(home, HOST);
  const [found] = discover({ paths: ours({ home: home.root }), host: HOST, known });
  expect(found).toMatchObject({ error: null, manifest: { plugin: { description: 'read' } } });
});

function folderInItsPlace() {
  rmSync(stateFile());
  mkdirSync(stateFile());
}

function cut(bytes: Buffer): Buffer {
  return bytes.subarray(0, bytes.length - 2);
}

test.runIf(posix)('a home that is not there is not made for it', async () => {
  rmSync(home.root, { recursive: true });
  const known = new KnownFolders(home, HOST);
  discover({ paths: ours({ home: home.root }), host: HOST, known });
  await known.keep();
  expect(existsSync(home.root)).toBe(false);
});

test.runIf(posix)(
  'a directory with many names is not listed again until one is added',
  async () => {
    for (let i = 10; i < 80; i++) put(home.plugins, `file-${i}.txt`, 'x');
    await settled(home.plugins);
    await remember();
    rewriteState((text) => text.replace('file-10.txt', 'other-1.so'));
    const libraries = async () =>
      (await scan()).filter(({ error }) => error?.code === 'BARE_LIBRARY');
    expect(await libraries()).toHaveLength(1);
    put(home.plugins, 'more.txt', 'x');
    expect(await libraries()).toHaveLength(0);
  },
);
