import { readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readForeignManifest } from '../../src/packages/foreign/foreign-manifest.js';
import { readManifest } from '../../src/packages/manifest/index.js';
import { directory, put } from '../packages/discovery/plugins-directory.js';
import { cliInProcess } from './run-cli.js';

const YAML = `# of the author
name: weather
version: "1.10.0"
entry: weather.so
author: {name: Ada, email: ada@example.com}
requires_version: ">=0.1.0"
compatible_versions: ["<2", "^3"]
capabilities: {network: allow, filesystem: read-only, limits: {memory: 64MiB}}
provides: {tools: [forecast, radar]}
dependencies: {maps: ^1.0, "a.b": {version: "*", optional: true}}
licence: MIT
config:
  type: object
  properties:
    "odd key": {type: string, default: "say \\"hi\\""}
    server: {type: object, properties: {port: {type: integer, enum: [80, 443]}}}
`;

const run = (home: string, ...args: string[]) =>
  cliInProcess(['plugins', 'import', ...args, '--home', home], {});

/** A folder with a plugin.yaml, and what an import of it says. */
function folderWith(files: Readonly<Record<string, string>>) {
  const dir = directory();
  for (const [name, text] of Object.entries(files)) put(dir, name, text);
  return dir;
}

test('an import shows what is mapped and what is not, and writes nothing', async () => {
  const dir = folderWith({ 'plugin.yaml': YAML });
  const { code, stdout, stderr } = await run(directory(), dir);
  const file = join(dir, 'plugin.yaml');
  expect(code).toBe(0);
  expect(stdout).toContain(`${file}\tmapped\tname\tplugin.id\t-\n`);
  expect(stdout).toContain(`${file}\tmapped\tcapabilities.network\tpermissions.network[0]\t-\n`);
  expect(stdout).toMatch(/\tunmapped\tlicence\t-\tan unknown key; did you mean `license`\?/);
  expect(stdout).toContain('\tunmapped\tauthor.email\t-\taisopod.plugin.toml has no key for it\n');
  expect(stderr).toMatch(
    /^Nothing was written\. Write \d+ keys with: aisopod --home .* --write\n$/,
  );
  expect(readdirSync(dir)).toEqual(['plugin.yaml']);
});

test('--write makes a manifest that means the same', async () => {
  const dir = folderWith({ 'plugin.yaml': YAML });
  const { code, stderr } = await run(directory(), dir, '--write');
  const target = join(dir, 'aisopod.plugin.toml');
  expect([code, stderr]).toEqual([0, `Wrote ${target}.\n`]);
  const { manifest, errors, warnings } = readManifest(target);
  expect({ errors, warnings }).toEqual({ errors: [], warnings: [] });
  const source = readForeignManifest(join(dir, 'plugin.yaml')).manifest;
  expect({ ...manifest, file: null }).toEqual({ ...source, file: null });
  expect(statSync(target).mode & 0o777).toBe(0o644);
  expect(readdirSync(dir).sort()).toEqual(['aisopod.plugin.toml', 'plugin.yaml']);
});

test('a manifest that is there stays as it is', async () => {
  const dir = folderWith({ 'plugin.yaml': YAML, 'aisopod.plugin.toml': '# mine\n' });
  const { code, stderr } = await run(directory(), dir, '--write');
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /exists already, so nothing was written.*move it away: mv .*IMPORT_EXISTS/s,
  );
  expect(readFileSync(join(dir, 'aisopod.plugin.toml'), 'utf8')).toBe('# mine\n');
});

test('a fault in one of several files keeps all from being written', async () => {
  const dir = folderWith({ 'a/plugin.yaml': YAML, 'b/plugin.json': '{"id": "b"}' });
  const { code, stdout, stderr } = await run(directory(), dir, '--write');
  expect(code).toBe(1);
  expect(stdout).toMatch(/b\/plugin\.json\tfault\tversion\t-\tfound nothing, expected a semantic/);
  expect(stderr).toContain('b/plugin.json:1:1: version: found nothing');
  expect(readdirSync(join(dir, 'a'))).toEqual(['plugin.yaml']);
});

test('a schema that TOML cannot say is refused, and nothing is left behind', async () => {
  const dir = folderWith({ 'plugin.yaml': `${YAML}    none: {default: null}\n` });
  const { code, stderr } = await run(directory(), dir, '--write');
  expect(code).toBe(1);
  expect(stderr).toMatch(/TOML cannot say all of it.*IMPORT_INVALID/s);
  expect(readdirSync(dir)).toEqual(['plugin.yaml']);
});

const ROSTER = `[weather]
enabled = false
version = "^1"
path = "/opt/weather"
[weather.config]
units = "metric"
key = "s3cret"
`;

test('a list of plugins is added to config.toml, and what that says stays', async () => {
  const home = directory();
  const own =
    '# mine\n[plugins.settings]\npaths = ["/a"]\n\n[plugins.weather]\nunits = "x" # my units\n';
  writeFileSync(join(home, 'config.toml'), own);
  const dir = folderWith({ 'plugins.toml': ROSTER });
  const { code, stdout, stderr } = await run(home, join(dir, 'plugins.toml'), '--write');
  expect([code, stderr]).toEqual([0, `Wrote ${join(home, 'config.toml')}.\n`]);
  expect(stdout).toContain(
    '\tkept\tweather.config.units\tplugins.weather.units\tconfig.toml says otherwise',
  );
  expect(stdout).not.toContain('s3cret');
  expect(readFileSync(join(home, 'config.toml'), 'utf8')).toBe(
    '# mine\n[plugins.settings]\npaths = ["/a", "/opt/weather"]\n\n' +
      '[plugins.weather]\nunits = "x" # my units\nkey = "s3cret"\n\n' +
      '[plugins.settings.weather]\nenabled = false\nversion = "^1"\n',
  );
  const again = await run(home, dir, '--write');
  expect(again.stderr).toBe('Nothing was to be written.\n');
  expect(again.stdout.match(/\tthere\t/g)).toHaveLength(4);
});

test('comments in a list of paths are not lost', async () => {
  const home = directory();
  const own = '[plugins.settings]\npaths = [ # mine\n  "/a",\n]\n';
  writeFileSync(join(home, 'config.toml'), own);
  const { stdout } = await run(
    home,
    folderWith({ 'plugins.toml': '[a]\npath = "/b"\n' }),
    '--write',
  );
  expect(stdout).toMatch(/\tkept\ta\.path\tplugins\.settings\.paths\tit cannot be written without/);
  expect(readFileSync(join(home, 'config.toml'), 'utf8')).toBe(own);
});

test('--json prints what was written and what became of each key', async () => {
  const dir = folderWith({ 'registry.json': '{"plugins": [{"id": "a", "enabled": false}]}' });
  const home = directory();
  const { stdout } = await run(home, dir, '--write', '--json');
  expect(JSON.parse(stdout)).toEqual({
    written: [join(home, 'config.toml')],
    sources: [
      {
        source: join(dir, 'registry.json'),
        target: join(home, 'config.toml'),
        faults: [],
        items: [
          {
            result: 'mapped',
            from: 'plugins[0].enabled',
            to: 'plugins.settings.a.enabled',
            reason: null,
          },
        ],
      },
    ],
  });
});

test('a broken config.toml is not touched', async () => {
  const home = directory();
  writeFileSync(join(home, 'config.toml'), '[plugins\n');
  const { code, stderr } = await run(home, folderWith({ 'plugins.toml': ROSTER }), '--write');
  expect([code, stderr]).toEqual([1, expect.stringContaining('CONFIG_INVALID')]);
  expect(readFileSync(join(home, 'config.toml'), 'utf8')).toBe('[plugins\n');
});

test.each([
  [
    'an empty folder',
    (dir: string) => dir,
    2,
    'holds nothing to import. It may hold: plugins.toml',
  ],
  ['a file that is not there', (dir: string) => join(dir, 'x.toml'), 2, 'x.toml does not exist.'],
  [
    'a manifest of aisopod',
    (dir: string) => put(dir, 'aisopod.plugin.toml', ''),
    2,
    'is a file of aisopod already',
  ],
  [
    'a file of another form',
    (dir: string) => put(dir, 'plugin.xml', ''),
    2,
    'cannot be imported. Name a folder',
  ],
])('%s is refused', async (_, make, code, message) => {
  const result = await run(directory(), make(directory()));
  expect([result.code, result.stderr]).toEqual([code, expect.stringContaining(message)]);
});

test('a link in the place of the manifest stays as it is', async () => {
  const dir = folderWith({ 'plugin.yaml': YAML });
  symlinkSync('nowhere', join(dir, 'aisopod.plugin.toml'));
  const { code, stderr } = await run(directory(), dir, '--write');
  expect([code, stderr]).toEqual([1, expect.stringContaining('IMPORT_EXISTS')]);
  expect(readdirSync(dir).sort()).toEqual(['aisopod.plugin.toml', 'plugin.yaml']);
});

test('--write belongs to no other command', async () => {
  const { code, stderr } = await cliInProcess(['plugins', 'list', '--write'], {});
  expect([code, stderr]).toEqual([
    2,
    expect.stringContaining('--write is an option of "aisopod plugins import"'),
  ]);
});
