import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { KIND_DEFINITIONS } from '../../src/kinds/index.js';
import { temporaryFolder } from '../support/compile-library.js';
import { cliInProcess as cli, homeWith } from './run-cli.js';

describe('paths', () => {
  test('prints a name and a path on each line, and creates nothing', async () => {
    const home = temporaryFolder();
    const { code, stdout, stderr } = await cli(['paths'], { home });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(
      new RegExp(`^home\t${home}/.aisopod\nconfig\t.*/config.toml\nplugins\t`),
    );
    expect(existsSync(join(home, '.aisopod'))).toBe(false);
  });

  test('--json prints the places that are searched, with who named them', async () => {
    const home = homeWith();
    const extra = temporaryFolder();
    const { stdout } = await cli(['paths', '--json'], {
      home,
      env: { AISOPOD_PLUGIN_PATHS: extra },
    });
    const { paths, search } = JSON.parse(stdout);
    expect(paths.plugins).toBe(join(home, '.aisopod', 'plugins'));
    expect(search).toEqual([
      { path: paths.plugins, origin: 'home', error: null },
      { path: extra, origin: 'environment', error: null },
    ]);
  });

  test('mark a place as missing that was named and does not exist', async () => {
    const env = { AISOPOD_PLUGIN_PATHS: '/does/not/exist' };
    const home = homeWith();
    const { code, stdout } = await cli(['paths'], { home, env });
    expect(code).toBe(0);
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('missing\t/does/not/exist');
    const { search } = JSON.parse((await cli(['paths', '--json'], { home, env })).stdout);
    expect(search.at(-1)).toMatchObject({ error: { code: 'SEARCH_PATH_MISSING' } });
  });

  test('prints the place of the cache that AISOPOD_CACHE names', async () => {
    const cache = temporaryFolder();
    const { stdout } = await cli(['paths'], { home: homeWith(), env: { AISOPOD_CACHE: cache } });
    expect(stdout).toContain(`\ncache\t${cache}\n`);
  });

  test('are printed although config.toml is broken', async () => {
    const home = temporaryFolder();
    mkdirSync(join(home, '.aisopod'));
    writeFileSync(join(home, '.aisopod', 'config.toml'), 'broken');
    const { code, stdout, stderr } = await cli(['paths'], { home });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^home\t/);
    expect(stderr).toMatch(/^warning: .*config\.toml:1:/);
  });
});

describe('sdk path', () => {
  test('prints a folder from which a plugin can be compiled', async () => {
    const { stdout } = await cli(['sdk', 'path']);
    const include = join(stdout.trimEnd(), 'include');
    const source = '#include <aisopod/plugin.h>\nint minor = AISOPOD_ABI_MINOR_MAX;\n';
    execFileSync('cc', ['-fsyntax-only', '-I', include, '-xc', '-'], { input: source });
  });

  test('--json names header and CMake package apart', async () => {
    const { sdk } = JSON.parse((await cli(['sdk', 'path', '--json'])).stdout);
    expect(existsSync(join(sdk.include, 'aisopod', 'plugin.h'))).toBe(true);
    expect(existsSync(join(sdk.cmake, 'aisopodConfig.cmake'))).toBe(true);
  });
});

describe('sdk schema', () => {
  test('prints the published schema of the manifest', async () => {
    const { code, stdout, stderr } = await cli(['sdk', 'schema']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const published = new URL('../../docs/reference/schemas/manifest.schema.json', import.meta.url);
    expect(stdout).toBe(readFileSync(published, 'utf8'));
  });

  test('config prints the published schema of config.toml', async () => {
    const { code, stdout } = await cli(['sdk', 'schema', 'config']);
    const file = '../../docs/reference/schemas/config.schema.json';
    expect(code).toBe(0);
    expect(stdout).toBe(readFileSync(new URL(file, import.meta.url), 'utf8'));
  });

  test.each([...KIND_DEFINITIONS.keys()])(
    '%s prints the published schema of its specs',
    async (kind) => {
      const { code, stdout } = await cli(['sdk', 'schema', kind]);
      const file = `../../docs/reference/schemas/${kind}-spec.schema.json`;
      expect(code).toBe(0);
      expect(stdout).toBe(readFileSync(new URL(file, import.meta.url), 'utf8'));
    },
  );

  test('refuses any other word, and names the nearest', async () => {
    const { code, stderr } = await cli(['sdk', 'schema', 'toool']);
    expect(code).toBe(2);
    expect(stderr).toContain('There is no schema named "toool". Did you mean "tool"?');
  });

  test('is completed with the words that it takes', async () => {
    const { stdout } = await cli(['__complete', '--', 'sdk', 'schema', '']);
    const words = stdout.split('\n').slice(0, -1);
    expect(words.map((line) => line.split('\t')[0])).toEqual([
      'manifest',
      'config',
      ...KIND_DEFINITIONS.keys(),
    ]);
  });

  test('--json prints the same on one line', async () => {
    const [plain, json] = await Promise.all([
      cli(['sdk', 'schema']),
      cli(['sdk', 'schema', '--json']),
    ]);
    expect(json.stdout.trimEnd()).not.toContain('\n');
    expect(JSON.parse(json.stdout)).toEqual(JSON.parse(plain.stdout));
  });
});
