import { expect, test } from 'vitest';
import { manifestError } from '../../../src/packages/manifest/index.js';
import { MINIMAL, reading } from './write-manifest.js';

const good = (text: string, files?: Record<string, string>) => {
  const { manifest, errors } = reading(text, files);
  expect(errors).toEqual([]);
  if (!manifest) throw new Error('no manifest');
  return manifest;
};
/** The paths of the faults, with what was found. */
const faults = (text: string, files?: Record<string, string>) => {
  const { manifest, errors } = reading(text, files);
  expect(manifest === null).toBe(errors.length > 0);
  return errors.map(({ path, found }) => `${path}: ${found}`);
};
const warnings = (text: string) =>
  reading(text).warnings.map(({ path, hint }) => `${path}: ${hint}`);
const inPlugin = (line: string) => `${MINIMAL}${line}\n`;

test('three keys are enough, and every default is filled in', () => {
  const { file, dir, ...manifest } = good(MINIMAL);
  expect(file).toBe(`${dir}/aisopod.plugin.toml`);
  expect(manifest).toMatchObject({
    plugin: { id: 'calc', version: '1.2.3', entry: 'calc.so', name: 'calc', keywords: [] },
    compatibility: { host: '>=0.1.0', abi: null, platforms: [], features: [] },
    runtime: {
      loader: 'native',
      command: null,
      args: [],
      protocol: 'stdio',
      isolation: 'none',
      activation: 'on-demand',
      instance: 'shared',
      jit: false,
    },
    permissions: { network: [], filesystem: { read: [], write: [] }, storage: false },
    config: null,
  });
  expect(Object.values(manifest.capabilities)).toEqual(Array(9).fill([]));
});

test('a manifest is frozen throughout', () => {
  const manifest = good(`${MINIMAL}[config.properties.a]\ndefault = [{ x = 1 }]\n`);
  const thawed: string[] = [];
  const walk = (value: unknown, path: string) => {
    if (typeof value !== 'object' || value === null) return;
    if (!Object.isFrozen(value)) thawed.push(path);
    for (const [key, item] of Object.entries(value)) walk(item, `${path}.${key}`);
  };
  walk(manifest, 'manifest');
  expect(thawed).toEqual([]);
});

test('all faults are reported at once, each with its place, in the order of the text', () => {
  const { errors } = reading(
    '[plugin]\nid = "Calc"\nversion = "v1"\nentry = "../x"\n[capabilities]\ntools = ["a b"]\n' +
      '[dependencies]\nother = "one"\n',
  );
  expect(errors.map(({ line, column, path, found }) => [line, column, path, found])).toEqual([
    [2, 1, 'plugin.id', '"Calc"'],
    [3, 1, 'plugin.version', '"v1"'],
    [4, 1, 'plugin.entry', '"../x"'],
    [6, 10, 'capabilities.tools[0]', '"a b"'],
    [8, 1, 'dependencies.other', '"one"'],
  ]);
  expect(errors.every(({ expected }) => expected.length > 10)).toBe(true);
});

test('missing keys are reported at their table', () => {
  const { errors } = reading('\n[plugin]\nname = "x"\n');
  expect(errors.map(({ line, path, found }) => [line, path, found])).toEqual([
    [2, 'plugin.id', 'nothing'],
    [2, 'plugin.version', 'nothing'],
    [2, 'plugin.entry', 'nothing'],
  ]);
});

test('an unknown key is a warning that names the nearest known key', () => {
  const text = `${MINIMAL}licence = "MIT"\n[capabilites]\n[runtime]\nfoo = 1\n`;
  const { manifest, warnings: found } = reading(text);
  expect(manifest).not.toBeNull();
  expect(found.map(({ line, path, expected }) => [line, path, expected])).toEqual([
    [5, 'plugin.licence', '`license`'],
    [6, 'capabilites', '`capabilities`'],
    [8, 'runtime.foo', expect.stringMatching(/^one of loader, command/)],
  ]);
});

test.each(['a', '0', 'a.b-c_d', 'x'.repeat(64)])('%s is an id', (id) => {
  expect(good(MINIMAL.replace('"calc"', `"${id}"`)).plugin.id).toBe(id);
});

test.each([
  '',
  'A',
  '.a',
  '-a',
  'a b',
  'a/b',
  '../x',
  'hеlp',
  'ü',
  'x'.repeat(65),
  'registry',
  'settings',
])('%j is no id', (id) => {
  expect(faults(MINIMAL.replace('"calc"', JSON.stringify(id)))).toHaveLength(1);
});

test.each(['1.2.3', '0.0.0', '1.0.0-beta.1', '1.0.0+build.5', '1.0.0-rc.1+x'])(
  '%s is a version',
  (version) => {
    expect(good(MINIMAL.replace('1.2.3', version)).plugin.version).toBe(version);
  },
);

test.each(['1', '1.2', 'v1.2.3', ' 1.2.3', '1.2.3 ', '1.02.3', '=1.2.3', '1.2.3.4', ''])(
  '%j is no version',
  (version) => {
    expect(faults(MINIMAL.replace('1.2.3', version))).toEqual([
      `plugin.version: ${JSON.stringify(version)}`,
    ]);
  },
);

test.each([
  'homepage = "https://example.com/x?y#z"',
  'repository = "git+ssh://git@example.com/a.git"',
  'description = """two\nlines"""',
  'keywords = ["a", "ü"]',
])('%s is taken', (line) => {
  good(inPlugin(line));
});

test.each([
  'homepage = "example.com"',
  'homepage = "javascript:alert(1)"',
  'repository = "https://"',
  'name = ""',
  'name = "a\\nb"',
  'author = "\\u001b[31m"',
  'description = 1',
  'keywords = "a"',
])('%s is refused', (line) => {
  expect(faults(inPlugin(line))).toHaveLength(1);
});

test.each(['entry_point', 'main'])('%s is another name of entry', (alias) => {
  expect(good(MINIMAL.replace('entry', alias)).plugin.entry).toBe('calc.so');
  expect(good(inPlugin(`${alias} = "calc.so"`)).plugin.entry).toBe('calc.so');
  expect(faults(inPlugin(`${alias} = "other.so"`))).toEqual([`plugin.${alias}: "other.so"`]);
});

test.each(['../x.so', '/x.so', 'a/../../x.so', '..', 'C:/x.dll', '\\\\x\\y.dll', 'a\\..\\..\\b'])(
  'the entry %s would leave the folder',
  (entry) => {
    const { errors } = reading(MINIMAL.replace('"calc.so"', `'${entry}'`));
    expect(errors.map(({ path, code }) => [path, code])).toEqual([
      ['plugin.entry', 'ENTRY_OUTSIDE'],
    ]);
    expect(manifestError('f', errors).code).toBe('ENTRY_OUTSIDE');
  },
);

test.each(['', 'a\\b.so', 'a/', 'a\u0007'])('the entry %j is no file', (entry) => {
  expect(faults(MINIMAL.replace('"calc.so"', JSON.stringify(entry)))).toHaveLength(1);
});

test('an entry can be a table of platforms', () => {
  const table = '{ linux-x64 = "l.so", win32-x64 = "w.dll" }';
  expect(good(MINIMAL.replace('"calc.so"', table)).plugin.entry).toEqual({
    'linux-x64': 'l.so',
    'win32-x64': 'w.dll',
  });
});

test('a platform by its other name is refused with the right one', () => {
  const { errors } = reading(
    `${MINIMAL}[compatibility]\nplatforms = ["macos-aarch64", "beos-x64"]\n`,
  );
  expect(errors.map(({ path, hint }) => [path, hint])).toEqual([
    ['compatibility.platforms[0]', 'write "darwin-arm64"'],
    ['compatibility.platforms[1]', null],
  ]);
  expect(faults(MINIMAL.replace('"calc.so"', '{ linux-x86_64 = "l.so" }'))).toHaveLength(1);
});

test('host, least and greatest version become one range', () => {
  const range = (lines: string) => good(`${MINIMAL}[compatibility]\n${lines}`).compatibility.host;
  expect(range('host = "^1.2"')).toBe('^1.2');
  expect(range('min_host_version = "0.2.0"')).toBe('>=0.1.0 >=0.2.0');
  expect(range('host = "1 || 2"\nmin_host_version = "1.5.0"\nmax_host_version = "2.5.0"')).toMatch(
    /^>=1\.0\.0.* >=1\.5\.0 <=2\.5\.0 \|\| >=2\.0\.0.* >=1\.5\.0 <=2\.5\.0$/,
  );
});

test('a range that no version can meet is a fault', () => {
  const range = (lines: string) => faults(`${MINIMAL}[compatibility]\n${lines}`);
  expect(range('min_host_version = "2.0.0"\nmax_host_version = "1.0.0"')).toEqual([
    'compatibility.max_host_version: "1.0.0"',
  ]);
  expect(range('host = "<1.0.0"\nmin_host_version = "2.0.0"')).toEqual([
    'compatibility.host: "<1.0.0"',
  ]);
  expect(range('host = "newest"')).toEqual(['compatibility.host: "newest"']);
});

test('the ABI is a string of major or major and minor', () => {
  const abi = (value: string) => `${MINIMAL}[compatibility]\nabi = ${value}\n`;
  expect(good(abi('"1"')).compatibility.abi).toEqual({ major: 1, minor: 0 });
  expect(good(abi('"1.10"')).compatibility.abi).toEqual({ major: 1, minor: 10 });
  for (const wrong of ['1.10', '1', '"1.2.3"', '"01"', '"x"']) {
    expect(faults(abi(wrong))).toHaveLength(1);
  }
});

test.each([
  ['calc.so', '', 'native'],
  ['calc', '', 'native'],
  ['calc.wasm', '', 'wasm'],
  ['calc.mjs', '', 'builtin'],
  ['calc.py', '', 'process'],
  ['calc.bin', 'command = "python3"', 'process'],
  ['calc.py', 'loader = "native"', 'native'],
])('the entry %s with "%s" means the loader %s', (entry, line, loader) => {
  const text = `${MINIMAL.replace('calc.so', entry)}[runtime]\n${line}\n`;
  expect(good(text).runtime.loader).toBe(loader);
});

test('entries that mean different loaders need one to be named', () => {
  const text = MINIMAL.replace('"calc.so"', '{ linux-x64 = "a.so", win32-x64 = "a.exe" }');
  expect(faults(text)).toEqual(['runtime.loader: nothing']);
});

test('a command for a native plugin is a warning', () => {
  expect(warnings(`${MINIMAL}[runtime]\nloader = "native"\ncommand = "x"\n`)).toEqual([
    'runtime.command: the loader is native: the key has no effect',
  ]);
});

test('a wrong word of the runtime table is told the nearest', () => {
  const { errors } = reading(
    `${MINIMAL}[runtime]\nactivation = "on_demand"\nisolation = "proces"\n`,
  );
  expect(errors.map(({ hint }) => hint)).toEqual([
    'did you mean "on-demand"?',
    'did you mean "process"?',
  ]);
});

test('dependencies are ranges, optional or not, and may ask for a reload', () => {
  const text = `${MINIMAL}[dependencies]\na = "^1"\nconstructor = { version = "*", optional = true, reload = true }\n`;
  const { dependencies } = good(text);
  expect(Object.entries(dependencies)).toEqual([
    ['a', { range: '^1', optional: false, reload: false }],
    ['constructor', { range: '*', optional: true, reload: true }],
  ]);
});

test('a plugin cannot depend on itself, on a wrong id, or on no range', () => {
  expect(faults(`${MINIMAL}[dependencies]\ncalc = "*"\nBig = "*"\nx = ""\ny = {}\n`)).toEqual([
    'dependencies.calc: "calc"',
    'dependencies.Big: "Big"',
    'dependencies.x: ""',
    'dependencies.y.version: nothing',
  ]);
});

test('permissions are read with units', () => {
  const { permissions } = good(`${MINIMAL}[permissions]
network = ["https://a.example:443", "example.com:80", "*.example.com:8080", "[::1]:5000", "*"]
filesystem = { read = ["/etc/hosts", "~/notes/", "$PLUGIN"], write = ["$DATA/x"] }
environment = ["HOME"]
storage = true
limits = { memory = "64MiB", cpu = "2 s", time = 1500, descriptors = 32 }
`);
  expect(permissions.limits).toEqual({ memory: 2 ** 26, cpu: 2000, time: 1500, descriptors: 32 });
  expect(permissions.storage).toBe(true);
});

test.each([
  'network = ["example.com"]',
  'network = ["example.com:0"]',
  'network = ["example.com:65536"]',
  'network = ["*:80"]',
  'network = ["a.*.com:80"]',
  'network = ["user@example.com:80"]',
  'filesystem.read = ["relative"]',
  'filesystem.read = ["/a/../b"]',
  'filesystem.read = ["/../b"]',
  'filesystem.read = ["$PLUGIN/.."]',
  'filesystem.read = ["/\u2028/../b"]',
  'filesystem.write = ["$HOME/x"]',
  'filesystem.write = ["$DATAX"]',
  'environment = ["A=B"]',
  'environment = ["*"]',
  'storage = "yes"',
  'limits.memory = "64 megs"',
  'limits.memory = 0',
  'limits.time = -1',
  'limits.descriptors = 1.5',
])('the permission %s is refused', (line) => {
  expect(faults(`${MINIMAL}[permissions]\n${line}\n`)).toHaveLength(1);
});

test('a name listed twice is a warning', () => {
  const { manifest, warnings: found } = reading(`${MINIMAL}[capabilities]\ntools = ["a", "a"]\n`);
  expect(manifest).not.toBeNull();
  expect(found.map(({ path }) => path)).toEqual(['capabilities.tools[1]']);
});

test('CRLF, a byte order mark and unicode change nothing', () => {
  const text = `\uFEFF${MINIMAL}name = "Rechner ∑"\n`.replaceAll('\n', '\r\n');
  expect(good(text).plugin.name).toBe('Rechner ∑');
});

test('keys that JavaScript treats specially are unknown keys and nothing else', () => {
  const text = `${MINIMAL}__proto__ = { polluted = true }\nconstructor = 1\n[__proto__]\npolluted = true\n`;
  const { manifest, warnings: found } = reading(text);
  expect(manifest?.plugin.name).toBe('calc');
  expect(found.map(({ path }) => path)).toEqual([
    'plugin.__proto__',
    'plugin.constructor',
    '__proto__',
  ]);
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});

test('a file that is no TOML, or not there, has a code of its own', () => {
  expect(reading('[plugin').errors.map(({ code }) => code)).toEqual(['MANIFEST_SYNTAX']);
  expect(reading(Buffer.from([0xff])).errors.map(({ code }) => code)).toEqual(['MANIFEST_SYNTAX']);
});

test('many faults of one file are one error with a line for each', () => {
  const { errors } = reading('[plugin]\nid = 1\nversion = 2\nentry = "a.so"\n');
  const error = manifestError('/x/aisopod.plugin.toml', errors);
  expect(error.code).toBe('MANIFEST_INVALID');
  expect(error.message.split('\n')).toHaveLength(3);
  expect(error.message).toMatch(
    /has 2 faults:\n {2}.*:2:1: plugin\.id: found the number 1, expected/,
  );
  expect(error.details).toMatchObject({ problems: errors });
});
