import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../support/compile-library.js';
import { type CliOptions, cliInProcess as cli, shell } from './run-cli.js';

const SECRET = 'hunter2-hunter2';
const MANIFEST = `[plugin]
id = "calc"
version = "1.0.0"
entry = "calc.so"
[config]
additionalProperties = false
[config.properties]
port = { type = "integer", minimum = 1, default = 80 }
name = { type = "string" }
api_key = { type = "string", secret = true }
server = { type = "object", properties = { host.type = "string", token.secret = true } }
`;

/** A HOME with the plugin calc and these files. */
function home(toml?: string, own?: string): CliOptions & { readonly root: string } {
  const folder = temporaryFolder();
  const root = join(folder, '.aisopod');
  const plugin = join(root, 'plugins', 'calc');
  mkdirSync(plugin, { recursive: true, mode: 0o755 });
  writeFileSync(join(plugin, 'aisopod.plugin.toml'), MANIFEST, { mode: 0o644 });
  writeFileSync(join(plugin, 'calc.so'), '', { mode: 0o644 });
  if (toml !== undefined) writeFileSync(join(root, 'config.toml'), toml);
  if (own !== undefined) writeFileSync(join(root, 'plugins', 'calc.toml'), own);
  return { home: folder, root };
}

const config = (words: string, options: CliOptions) =>
  cli(['config', ...words.split(' ')], options);

describe('config get', () => {
  test('prints a value as it is, or all of them, a line each', async () => {
    const at = home(`[plugins.calc]\nname = "n"\napi_key = "${SECRET}"\n`);
    expect(await config('get calc name', at)).toMatchObject({ code: 0, stdout: 'n\n' });
    expect((await config('get calc', at)).stdout).toBe('port\t80\nname\tn\napi_key\t[secret]\n');
    expect(JSON.parse((await config('get calc port --json', at)).stdout)).toEqual({
      plugin: 'calc',
      key: 'port',
      value: 80,
    });
  });

  test('of what is not set fails, and says where to look', async () => {
    const { code, stdout, stderr } = await config('get calc name', home());
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/aisopod config explain calc.*\(CONFIG_NOT_SET\)/s);
  });
});

describe('config explain', () => {
  test('says for each value where it comes from', async () => {
    const at = home('[plugins.calc]\nport = 1\n', 'port = 2\napi_key.env = "KEY"\n');
    const { stdout } = await config('explain calc', at);
    const own = join(at.root, 'plugins', 'calc.toml');
    expect(stdout.split('\n')).toEqual([
      `port\t2\t${own}:1\t${join(at.root, 'config.toml')}:2, default`,
      `api_key\t"[secret from env KEY]"\t${own}:2\t-`,
      '',
    ]);
    const { entries } = JSON.parse((await config('explain calc port --json', at)).stdout);
    expect(entries).toMatchObject([{ key: 'port', value: 2, source: 'plugin file', line: 1 }]);
  });
});

test('config explain says what keeps the plugin off', async () => {
  const at = home('[plugins.settings.calc]\nenabled = false\n');
  await cli(['plugins', 'disable', 'calc'], at);
  const [toml, registry] = ['config.toml', 'registry.json'].map((file) => join(at.root, file));
  expect((await config('explain calc', at)).stderr).toBe(
    `calc is disabled by ${toml}:2\ncalc is disabled by ${registry}\n`,
  );
  const { stdout } = await config('explain calc --json', at);
  expect(JSON.parse(stdout).disabledBy).toEqual([
    { file: toml, line: 2 },
    { file: registry, line: null },
  ]);
});

describe('config set', () => {
  test('writes a value as the schema wants it, and keeps the rest of the file', async () => {
    const toml = '# mine\n[plugins.calc] # c\nport = 1 # p\n';
    const at = home(toml);
    const file = join(at.root, 'config.toml');
    expect(await config('set calc port 2', at)).toMatchObject({
      code: 0,
      stdout: `port of calc is set in ${file}:3\n`,
    });
    await config('set calc name 3', at);
    await config('set calc server.host a', at);
    expect(readFileSync(file, 'utf8')).toBe(
      '# mine\n[plugins.calc] # c\nport = 2 # p\nname = "3"\nserver.host = "a"\n',
    );
  });

  test('--json tells what was done', async () => {
    const at = home();
    const { stdout } = await config('set calc port 2 --json', at);
    expect(JSON.parse(stdout)).toEqual({
      plugin: 'calc',
      key: 'port',
      file: join(at.root, 'config.toml'),
      line: 2,
      shadowed: false,
      warnings: [],
    });
  });

  test('writes nothing that the plugin would not take', async () => {
    const at = home('[plugins.calc]\nport = 1\n');
    const { code, stderr } = await config('set calc port 0', at);
    expect(code).toBe(1);
    expect(stderr).toContain('port: found the number 0, expected something that is >= 1');
    expect(readFileSync(join(at.root, 'config.toml'), 'utf8')).toContain('port = 1');
  });

  test.each(['9007199254740992', '9223372036854778000', '1e300', '9007199254740991'])(
    'writes the number %s as one that is read back the same',
    async (digits) => {
      const at = home();
      expect(await config(`set calc port ${digits}`, at)).toMatchObject({ code: 0, stderr: '' });
      const { stdout } = await config('get calc port --json', at);
      expect(JSON.parse(stdout).value).toBe(Number(digits));
    },
  );

  test.each([
    ['port', '9007199254740993', 'an integer that a double cannot hold at byte 0; write it as a'],
    ['server', '{"host":"a","host":"b"}', 'the key "host" twice in one object at byte 12'],
    ['port', '1e400', 'a number beyond the range of a double at byte 0'],
  ])('refuses for %s what it could not keep: %s', async (key, value, said) => {
    const at = home('[plugins.calc]\nport = 1\n');
    const { code, stderr } = await config(`set calc ${key} ${value}`, at);
    expect(code).toBe(2);
    expect(stderr).toContain(`${key} cannot be set to that: ${said}`);
    expect(readFileSync(join(at.root, 'config.toml'), 'utf8')).toBe('[plugins.calc]\nport = 1\n');
  });

  test('writes down where a secret is kept', async () => {
    const at = home();
    const { code, stderr } = await config('set calc api_key --from-env KEY', at);
    expect(code).toBe(0);
    expect(stderr).toContain('"KEY", which is not set');
    await config('set calc server.token --from-file /run/secrets/token', at);
    expect(readFileSync(join(at.root, 'config.toml'), 'utf8')).toBe(
      '[plugins.calc]\napi_key = { env = "KEY" }\n' +
        'server.token = { file = "/run/secrets/token" }\n',
    );
  });

  test.each(['set calc api_key', `set calc server {"token":"${SECRET}"}`])(
    'takes no secret as an argument: %s',
    async (words) => {
      const secret = words.includes(SECRET) ? [] : [SECRET];
      const { code, stdout, stderr } = await cli(
        ['config', ...words.split(' '), ...secret],
        home(),
      );
      expect(code).toBe(2);
      expect(stdout + stderr).toContain('--from-env');
      expect(stdout + stderr).not.toContain(SECRET);
    },
  );

  test('takes a secret from standard input, and warns', async () => {
    const at = home();
    const { code, stdout, stderr } = await config('set calc api_key -', {
      ...at,
      input: `${SECRET}\n`,
    });
    expect(code).toBe(0);
    expect(stderr).toContain('found a secret itself');
    expect(stdout + stderr).not.toContain(SECRET);
    expect(readFileSync(join(at.root, 'config.toml'), 'utf8')).toContain(`"${SECRET}"\n`);
  });

  test.each([
    ['set calc port', 2, 'needs <value>'],
    ['set calc', 2, 'needs <key>'],
    ['set calc port 1 --from-env X', 2, 'takes one of'],
    ['set calc port --from-env X', 2, 'not marked as a secret'],
    ['set calc a..b 1', 2, 'is not a key'],
    ['set nobody port 1', 1, 'PLUGIN_NOT_FOUND'],
    ['set calc port null', 2, 'no null'],
    ['get calc port --from-env X', 2, 'is an option of "aisopod config set"'],
  ])('refuses: %s', async (words, code, why) => {
    const result = await config(words, home());
    expect(result.code).toBe(code);
    expect(result.stderr).toContain(why);
  });

  test('from many processes at once loses nothing', async () => {
    const at = home('# c\n[plugins.calc]\nport = 1\n');
    const lines = [1, 2, 3].map((i) => `$AISOPOD config set calc server.k${i} ${i} & `);
    const { code } = await shell(`${lines.join('')} wait`, at);
    expect(code).toBe(0);
    const { value } = JSON.parse((await config('get calc server --json', at)).stdout);
    expect(value).toEqual({ k1: 1, k2: 2, k3: 3 });
  });
});

describe('config unset', () => {
  test('takes a value out, and says what counts then', async () => {
    const at = home('[plugins.calc]\nport = 1 # p\n# kept\n');
    const { code, stdout } = await config('unset calc port', at);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^port of calc is taken out of .*config\.toml; now it is 80\n$/);
    expect(readFileSync(join(at.root, 'config.toml'), 'utf8')).toBe('[plugins.calc]\n# kept\n');
    const again = await config('unset calc port --json', at);
    expect(JSON.parse(again.stdout).error.code).toBe('CONFIG_NOT_SET');
  });
});

test.each(['get', 'explain', 'set', 'unset'])(
  'config %s has help with an example',
  async (verb) => {
    const { code, stdout } = await config(`${verb} --help`, home());
    expect(code).toBe(0);
    expect(stdout).toContain(`aisopod config ${verb} ticker`);
  },
);
