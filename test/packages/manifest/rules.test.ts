import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'smol-toml';
import { describe, expect, test } from 'vitest';
import { formatProblem } from '../../../src/base/toml/index.js';
import { MINIMAL, reading } from './write-manifest.js';

// Every rule of the manifest, each with one manifest that breaks it and nothing else. What is
// reported: where it stands, what was found, what was expected. By the schema for editors the same is
// refused, but for rules that join several keys or that no pattern can say.

const schema = JSON.parse(
  readFileSync(
    new URL('../../../docs/reference/schemas/manifest.schema.json', import.meta.url),
    'utf8',
  ),
);
const validate = new Ajv2020({ strict: true, strictRequired: false }).compile(schema);

interface Rule {
  /** After the three required keys; or `(text) => ...` of them. */
  readonly text: string | ((minimal: string) => string);
  /** `line:column path`; the required keys are lines 2 to 4. */
  readonly at: string;
  readonly found: string;
  readonly expected: string | RegExp;
  readonly hint?: string | RegExp;
  /** Why the schema cannot tell. */
  readonly beyondSchema?: string;
}

const RULES: Readonly<Record<string, Rule>> = {
  'plugin is required': {
    text: () => '[capabilities]\ntools = ["x"]\n',
    at: '1:1 plugin',
    found: 'nothing',
    expected: 'a table',
  },
  'plugin is a table': {
    text: () => 'plugin = 1\n',
    at: '1:1 plugin',
    found: 'the number 1',
    expected: 'a table',
  },
  'id is required': {
    text: (minimal) => minimal.replace('id = "calc"\n', ''),
    at: '1:2 plugin.id',
    found: 'nothing',
    expected: 'an id of 1 to 64 characters',
  },
  'version is required': {
    text: (minimal) => minimal.replace('version = "1.2.3"\n', ''),
    at: '1:2 plugin.version',
    found: 'nothing',
    expected: 'a semantic version such as "1.2.3"',
  },
  'entry is required': {
    text: (minimal) => minimal.replace('entry = "calc.so"\n', ''),
    at: '1:2 plugin.entry',
    found: 'nothing',
    expected: 'a file inside the folder',
  },
  'an id has no upper case': {
    text: (minimal) => minimal.replace('"calc"', '"Calc"'),
    at: '2:1 plugin.id',
    found: '"Calc"',
    expected: 'characters a-z 0-9 . _ -',
    hint: 'write "calc"',
  },
  'an id is ASCII': {
    text: (minimal) => minimal.replace('"calc"', '"cаlc"'),
    at: '2:1 plugin.id',
    found: '"cаlc"',
    expected: 'characters a-z 0-9 . _ -',
  },
  ...Object.fromEntries(
    ['registry', 'settings', 'paths', 'strict', 'features', 'limits'].map((word) => [
      `an id is not ${word}, which config.toml uses itself`,
      {
        text: (minimal: string) => minimal.replace('"calc"', `"${word}"`),
        at: '2:1 plugin.id',
        found: `"${word}"`,
        expected: 'an id',
        hint: 'config.toml uses this word itself',
      },
    ]),
  ),
  'an id is not host, which is the source of what the host itself says': {
    text: (minimal) => minimal.replace('"calc"', '"host"'),
    at: '2:1 plugin.id',
    found: '"host"',
    expected: 'an id',
    hint: 'the host itself is called so',
  },
  'a version is semantic': {
    text: (minimal) => minimal.replace('1.2.3', '1.02.3'),
    at: '3:1 plugin.version',
    found: '"1.02.3"',
    expected: 'a semantic version',
    hint: 'write "1.2.3"',
  },
  ...Object.fromEntries(
    [
      ['"v1.2.3"', '"v1.2.3"', 'write "1.2.3"'],
      ['"1.2"', '"1.2"', 'write "1.2.0"'],
      ['"2026.03.01"', '"2026.03.01"', 'write "2026.3.1"'],
      ['" 1.2.3-beta.1"', '" 1.2.3-beta.1"', 'write "1.2.3-beta.1"'],
      ['2026-03-01', 'a date', 'write "2026.3.1"'],
      ['1.0', 'the number 1', 'write "1.0.0"'],
    ].map(([written = '', found = '', hint]) => [
      `a version is not ${written}`,
      {
        text: (minimal: string) => minimal.replace('"1.2.3"', written),
        at: '3:1 plugin.version',
        found,
        expected: 'a semantic version',
        hint,
      },
    ]),
  ),
  'an entry stays inside of the folder': {
    text: (minimal) => minimal.replace('calc.so', 'lib/../../calc.so'),
    at: '4:1 plugin.entry',
    found: '"lib/../../calc.so"',
    expected: 'a file inside the folder',
    hint: 'it would leave the folder',
  },
  'an entry is no absolute path': {
    text: (minimal) => minimal.replace('calc.so', 'C:/calc.dll'),
    at: '4:1 plugin.entry',
    found: '"C:/calc.dll"',
    expected: 'a file inside the folder',
    hint: 'it would leave the folder',
  },
  'an entry is written with slashes': {
    text: (minimal) => minimal.replace('calc.so', 'bin\\\\calc.dll'),
    at: '4:1 plugin.entry',
    found: '"bin\\\\calc.dll"',
    expected: 'a file inside the folder',
    hint: 'write "bin/calc.dll"',
  },
  'an entry of a platform stays inside, too': {
    text: (minimal) => minimal.replace('"calc.so"', '{ linux-x64 = "a.so", win32-x64 = "../a" }'),
    at: '4:31 plugin.entry.win32-x64',
    found: '"../a"',
    expected: 'a file inside the folder',
    hint: 'it would leave the folder',
  },
  'a platform of an entry is one of Node.js': {
    text: (minimal) => minimal.replace('"calc.so"', '{ windows-amd64 = "a.dll" }'),
    at: '4:11 plugin.entry.windows-amd64',
    found: '"windows-amd64"',
    expected: 'a platform such as "linux-x64"',
    hint: 'write "win32-x64"',
  },
  'entry and its other names agree': {
    text: 'entry_point = "other.so"\n',
    at: '5:1 plugin.entry_point',
    found: '"other.so"',
    expected: 'the same as `entry`',
    beyondSchema: 'it joins two keys',
  },
  'name is one line': {
    text: 'name = "a\\nb"\n',
    at: '5:1 plugin.name',
    found: '"a\\nb"',
    expected: 'a line of text, at most 256 characters',
  },
  'description has an end': {
    text: `description = "${'x'.repeat(5000)}"\n`,
    at: '5:1 plugin.description',
    found: `"${'x'.repeat(80)}..."`,
    expected: 'at most 4096 characters',
  },
  ...Object.fromEntries(
    ['author', 'license'].map((key) => [
      `${key} is text`,
      {
        text: `${key} = 3\n`,
        at: `5:1 plugin.${key}`,
        found: 'the number 3',
        expected: 'a line of text',
      },
    ]),
  ),
  'homepage is an address of the web': {
    text: 'homepage = "javascript:alert(1)"\n',
    at: '5:1 plugin.homepage',
    found: '"javascript:alert(1)"',
    expected: 'an address such as "https://example.com"',
  },
  'repository is an address': {
    text: 'repository = "me/it"\n',
    at: '5:1 plugin.repository',
    found: '"me/it"',
    expected: 'an address such as "https://github.com/me/it"',
  },
  'keywords are texts': {
    text: 'keywords = ["a", 1]\n',
    at: '5:18 plugin.keywords[1]',
    found: 'the number 1',
    expected: 'a line of text',
  },
  ...Object.fromEntries(
    'channels tools commands providers hooks prompts contexts servers middleware'
      .split(' ')
      .map((kind) => [
        `${kind} are names`,
        {
          text: `[capabilities]\n${kind} = ["good", "not good"]\n`,
          at: `6:${kind.length + 13} capabilities.${kind}[1]`,
          found: '"not good"',
          expected: 'a name without spaces',
        },
      ]),
  ),
  'capabilities is a table': {
    text: (minimal) => `capabilities = ["x"]\n${minimal}`,
    at: '1:1 capabilities',
    found: 'an array',
    expected: 'a table',
  },
  'host is a range': {
    text: '[compatibility]\nhost = "newest"\n',
    at: '6:1 compatibility.host',
    found: '"newest"',
    expected: 'a range of versions such as',
    beyondSchema: 'ranges have a grammar',
  },
  'host is not blank': {
    text: '[compatibility]\nhost = " "\n',
    at: '6:1 compatibility.host',
    found: '" "',
    expected: 'a range of versions such as',
  },
  'min_host_version is a version': {
    text: '[compatibility]\nmin_host_version = ">=1"\n',
    at: '6:1 compatibility.min_host_version',
    found: '">=1"',
    expected: 'a semantic version',
  },
  'max_host_version is a version': {
    text: '[compatibility]\nmax_host_version = 2\n',
    at: '6:1 compatibility.max_host_version',
    found: 'the number 2',
    expected: 'a semantic version',
  },
  'the least host is not above the greatest': {
    text: '[compatibility]\nmin_host_version = "2.0.0"\nmax_host_version = "1.0.0"\n',
    at: '7:1 compatibility.max_host_version',
    found: '"1.0.0"',
    expected: 'a version from 2.0.0 (min_host_version)',
    beyondSchema: 'it joins two keys',
  },
  'host and its bounds have a version in common': {
    text: '[compatibility]\nhost = "^1"\nmin_host_version = "2.0.0"\n',
    at: '6:1 compatibility.host',
    found: '"^1"',
    expected: 'a range that a version with >=2.0.0 can meet',
    beyondSchema: 'it joins two keys',
  },
  'abi is a string': {
    text: '[compatibility]\nabi = 1.1\n',
    at: '6:1 compatibility.abi',
    found: 'the number 1.1',
    expected: 'a version of the ABI as a string',
    hint: 'write "1.1" in quotes',
  },
  'platforms are known ones': {
    text: '[compatibility]\nplatforms = ["linux-x64", "macos-aarch64"]\n',
    at: '6:27 compatibility.platforms[1]',
    found: '"macos-aarch64"',
    expected: 'a platform such as',
    hint: 'write "darwin-arm64"',
  },
  'platforms is not empty': {
    text: '[compatibility]\nplatforms = []\n',
    at: '6:1 compatibility.platforms',
    found: 'an empty array',
    expected: 'an array, each element a platform',
  },
  'features are words': {
    text: '[compatibility]\nfeatures = ["Telegram"]\n',
    at: '6:13 compatibility.features[0]',
    found: '"Telegram"',
    expected: 'a name of letters a-z',
  },
  ...Object.fromEntries(
    [
      ['loader', 'nativ', 'native'],
      ['protocol', 'studio', 'stdio'],
      ['isolation', 'proces', 'process'],
      ['activation', 'on_demand', 'on-demand'],
      ['instance', 'per_tenant', 'per-tenant'],
    ].map(([key, found, meant]) => [
      `${key} is one of its words`,
      {
        text: `[runtime]\n${key} = "${found}"\n`,
        at: `6:1 runtime.${key}`,
        found: `"${found}"`,
        expected: 'one of ',
        hint: `did you mean "${meant}"?`,
      },
    ]),
  ),
  'command is a line': {
    text: '[runtime]\nloader = "process"\ncommand = ""\n',
    at: '7:1 runtime.command',
    found: '""',
    expected: 'a line of text',
  },
  'args have no control characters': {
    text: '[runtime]\nloader = "process"\nargs = ["-u", "a\\u0000b"]\n',
    at: '7:15 runtime.args[1]',
    found: '"a\\u0000b"',
    expected: 'an argument without control characters',
  },
  'jit is true or false': {
    text: '[runtime]\njit = "yes"\n',
    at: '6:1 runtime.jit',
    found: '"yes"',
    expected: 'true or false',
  },
  'entries that mean different loaders need one to be named': {
    text: (minimal) => minimal.replace('"calc.so"', '{ linux-x64 = "a.so", win32-x64 = "a.exe" }'),
    at: '1:1 runtime.loader',
    found: 'nothing',
    expected: 'one of native, process: the entries do not agree on it',
    beyondSchema: 'it joins two keys',
  },
  'a dependency has an id': {
    text: '[dependencies]\n"../x" = "*"\n',
    at: '6:1 dependencies."../x"',
    found: '"../x"',
    expected: 'an id',
  },
  'a dependency has a range': {
    text: '[dependencies]\nother = ""\n',
    at: '6:1 dependencies.other',
    found: '""',
    expected: 'a range of versions',
  },
  'a dependency as a table has a version': {
    text: '[dependencies]\nother = { optional = true }\n',
    at: '6:1 dependencies.other.version',
    found: 'nothing',
    expected: 'a range of versions',
  },
  'optional is true or false': {
    text: '[dependencies]\nother = { version = "*", optional = 1 }\n',
    at: '6:26 dependencies.other.optional',
    found: 'the number 1',
    expected: 'true or false',
  },
  'a plugin is no dependency of itself': {
    text: '[dependencies]\ncalc = "*"\n',
    at: '6:1 dependencies.calc',
    found: '"calc"',
    expected: 'another plugin than itself',
    beyondSchema: 'it joins two keys',
  },
  'network names the port': {
    text: '[permissions]\nnetwork = ["https://example.com"]\n',
    at: '6:12 permissions.network[0]',
    found: '"https://example.com"',
    expected: 'a place such as "https://api.example.com:443"',
    hint: 'the port has to be named',
  },
  'a port is one': {
    text: '[permissions]\nnetwork = ["example.com:65536"]\n',
    at: '6:12 permissions.network[0]',
    found: '"example.com:65536"',
    expected: 'a place such as',
    beyondSchema: 'the pattern counts digits',
  },
  ...Object.fromEntries(
    ['read', 'write'].map((key) => [
      `filesystem.${key} names a place from a root`,
      {
        text: `[permissions.filesystem]\n${key} = ["/x/", "notes/"]\n`,
        at: `6:${key.length + 12} permissions.filesystem.${key}[1]`,
        found: '"notes/"',
        expected: 'a path that starts with /, ~/, $DATA or $PLUGIN',
      },
    ]),
  ),
  'filesystem has no way up': {
    text: '[permissions]\nfilesystem.read = ["$DATA/../x"]\n',
    at: '6:20 permissions.filesystem.read[0]',
    found: '"$DATA/../x"',
    expected: 'has no ..',
  },
  'environment has exact names': {
    text: '[permissions]\nenvironment = ["AWS_*"]\n',
    at: '6:16 permissions.environment[0]',
    found: '"AWS_*"',
    expected: 'the name of one environment variable',
  },
  ...Object.fromEntries(
    ['storage', 'process', 'ui'].map((key) => [
      `${key} is true or false`,
      {
        text: `[permissions]\n${key} = "shared"\n`,
        at: `6:1 permissions.${key}`,
        found: '"shared"',
        expected: 'true or false',
      },
    ]),
  ),
  'memory is a size': {
    text: '[permissions.limits]\nmemory = "64 megs"\n',
    at: '6:1 permissions.limits.memory',
    found: '"64 megs"',
    expected: 'a size: a number of bytes from 1, or a string such as "256MiB"',
    hint: 'units: B, kB, MB, GB, KiB, MiB, GiB',
  },
  ...Object.fromEntries(
    ['cpu', 'time'].map((key) => [
      `${key} is a time`,
      {
        text: `[permissions.limits]\n${key} = "2 min"\n`,
        at: `6:1 permissions.limits.${key}`,
        found: '"2 min"',
        expected: 'a time: a number of milliseconds from 1, or a string such as "30s"',
        hint: 'units: ms, s, m, h',
      },
    ]),
  ),
  'descriptors is a count': {
    text: '[permissions.limits]\ndescriptors = 0\n',
    at: '6:1 permissions.limits.descriptors',
    found: 'the number 0',
    expected: 'a whole number from 1',
  },
  'config is a schema or a file': {
    text: (minimal) => `config = 3\n${minimal}`,
    at: '1:1 config',
    found: 'the number 3',
    expected: 'a JSON Schema of an object as a table, or the name of a .json file',
  },
  'the file of config lies in the folder': {
    text: (minimal) => `config = "../config.json"\n${minimal}`,
    at: '1:1 config',
    found: '"../config.json"',
    expected: 'the name of a .json file inside the folder',
  },
  'the file of config is there': {
    text: (minimal) => `config = "config.json"\n${minimal}`,
    at: '1:1 config',
    found: '"config.json"',
    expected: 'a .json file in the folder',
    hint: /ENOENT/,
    beyondSchema: 'it is about another file',
  },
  'config is the schema of an object': {
    text: '[config]\ntype = "string"\n',
    at: '6:1 config.type',
    found: '"string"',
    expected: '"object"',
    beyondSchema: 'a schema of anything is a schema',
  },
  'config is a legal schema': {
    text: '[config.properties.rate]\ntype = "numbr"\n',
    at: '6:1 config.properties.rate.type',
    found: '"numbr"',
    expected: 'a legal JSON Schema',
    hint: /"type"/,
  },
  'config is what JSON can say': {
    text: '[config.properties.rate]\ndefault = nan\n',
    at: '6:1 config.properties.rate.default',
    found: 'the number NaN',
    expected: 'a finite number',
    beyondSchema: 'a default may be anything',
  },
};

const textOf = ({ text }: Rule) => (typeof text === 'string' ? MINIMAL + text : text(MINIMAL));

describe.each(Object.entries(RULES))('%s', (_, rule) => {
  test('and what breaks it is told with place, found and expected', () => {
    const { manifest, errors } = reading(textOf(rule));
    expect(manifest).toBeNull();
    expect(errors).toHaveLength(1);
    const [problem] = errors as [(typeof errors)[0]];
    const { line, column, path, found, expected, hint } = problem;
    expect(`${line}:${column} ${path}`).toBe(rule.at);
    expect(found).toBe(rule.found);
    expect(expected).toMatch(rule.expected);
    if (rule.hint !== undefined) expect(hint).toMatch(rule.hint);
    expect(formatProblem(problem)).toMatch(
      /^\/.*aisopod\.plugin\.toml:\d+:\d+: .*found .*expected/,
    );
    expect(formatProblem(problem)).not.toContain('\n');
  });

  test(`and the schema for editors ${rule.beyondSchema ? 'leaves it' : 'refuses it, too'}`, () => {
    const value = JSON.parse(JSON.stringify(parse(textOf(rule))));
    expect(validate(value)).toBe(rule.beyondSchema !== undefined);
  });
});

test('rules that are broken together are reported together, in the order of the text', () => {
  const lines = [
    '[plugin]',
    'id = "Calc"',
    'version = "v1"',
    'entry = "../x"',
    'homepage = "x"',
    '[capabilities]',
    'tools = ["a b"]',
    'hooks = 1',
    '[compatibility]',
    'host = "newest"',
    'abi = 1.0',
    'platforms = ["beos-x64"]',
    '[runtime]',
    'isolation = "much"',
    'jit = 1',
    '[dependencies]',
    'Other = "*"',
    'other = "one"',
    '[permissions]',
    'network = ["*:80"]',
    'storage = 1',
    '[permissions.limits]',
    'memory = -1',
    '[config]',
    'type = "array"',
  ];
  const { errors } = reading(`${lines.join('\n')}\n`);
  const faulty = lines.flatMap((line, i) => (line.startsWith('[') ? [] : [i + 1]));
  expect(errors.map(({ line }) => line)).toEqual(faulty);
});

describe('an unknown key is a warning that names the nearest known one', () => {
  test.each([
    ['plugins = 1\n', (key: string) => `${key}${MINIMAL}`, '1:1 plugins', 'plugin'],
    ['licence = "MIT"\n', (key: string) => MINIMAL + key, '5:1 plugin.licence', 'license'],
    [
      '[capabilities]\ntool = ["x"]\n',
      (key: string) => MINIMAL + key,
      '6:1 capabilities.tool',
      'tools',
    ],
    [
      '[compatibility]\nmin_host = "1.0.0"\n',
      (key: string) => MINIMAL + key,
      '6:1 compatibility.min_host',
      null,
    ],
    [
      '[compatibility]\nplatform = ["linux-x64"]\n',
      (key: string) => MINIMAL + key,
      '6:1 compatibility.platform',
      'platforms',
    ],
    [
      '[runtime]\nisolaton = "none"\n',
      (key: string) => MINIMAL + key,
      '6:1 runtime.isolaton',
      'isolation',
    ],
    [
      '[dependencies]\nx = { version = "*", optinal = true }\n',
      (key: string) => MINIMAL + key,
      '6:22 dependencies.x.optinal',
      'optional',
    ],
    [
      '[permissions]\nnetworks = []\n',
      (key: string) => MINIMAL + key,
      '6:1 permissions.networks',
      'network',
    ],
    [
      '[permissions.filesystem]\nwirte = []\n',
      (key: string) => MINIMAL + key,
      '6:1 permissions.filesystem.wirte',
      'write',
    ],
    [
      '[permissions.limits]\nmem = 1\n',
      (key: string) => MINIMAL + key,
      '6:1 permissions.limits.mem',
      null,
    ],
    [
      '[config]\nproprties = {}\n',
      (key: string) => MINIMAL + key,
      '6:1 config.proprties',
      'properties',
    ],
  ])('%j', (key, text, at, near) => {
    const { manifest, warnings } = reading(text(key));
    expect(manifest).not.toBeNull();
    expect(warnings.map(({ line, column, path }) => `${line}:${column} ${path}`)).toEqual([at]);
    const [warning] = warnings;
    if (near === null) expect(warning?.expected).toMatch(/^one of \w+, /);
    else expect(warning?.hint).toContain(`did you mean \`${near}\`?`);
  });
});
