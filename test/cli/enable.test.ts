import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/compile-library.js';
import { cli, cliInProcess, homeWith } from './run-cli.js';

/** A HOME with the plugins base, and top, which needs it; none of them can be opened. */
function twoPlugins(toml = '') {
  const home = temporaryFolder();
  const root = join(home, '.aisopod');
  for (const [id, more] of [
    ['base', ''],
    ['top', '[dependencies]\nbase = "*"\n'],
  ] as const) {
    const dir = join(root, 'plugins', id);
    mkdirSync(dir, { recursive: true, mode: 0o755 });
    const manifest = `[plugin]\nid = "${id}"\nversion = "1.0.0"\nentry = "x.so"\n${more}`;
    writeFileSync(join(dir, 'aisopod.plugin.toml'), manifest, { mode: 0o644 });
    writeFileSync(join(dir, 'x.so'), '', { mode: 0o644 });
  }
  writeFileSync(join(root, 'config.toml'), toml);
  const registry = () => JSON.parse(readFileSync(join(root, 'registry.json'), 'utf8'));
  const run = (words: string) => cliInProcess(['plugins', ...words.split(' ')], { home });
  return { home, root, registry, run };
}

test('a plugin is disabled, and not started any more, until it is enabled', async () => {
  const home = homeWith('calculator');
  const state = async () => {
    const { stdout } = await cli(['plugins', 'list', '--json'], { home });
    return JSON.parse(stdout).plugins[0].state;
  };
  const off = await cliInProcess(['plugins', 'disable', 'calculator'], { home });
  expect(off).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^calculator is disabled in /),
  });
  expect(await state()).toBe('disabled');
  const call = await cliInProcess(['tools', 'call', 'calculator:calculate', '{"expression":"1"}'], {
    home,
  });
  expect(call.code).toBe(1);
  await cliInProcess(['plugins', 'enable', 'calculator'], { home });
  expect(await state()).toBe('active');
});

test('one that others need goes with them only', async () => {
  const { run, registry } = twoPlugins();
  const refused = await run('disable base');
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('needed by top') });
  const { stdout } = await run('disable base --cascade --json');
  expect(JSON.parse(stdout)).toEqual({ plugin: 'base', enabled: false, switched: ['top', 'base'] });
  expect(registry().plugins).toEqual({ top: { enabled: false }, base: { enabled: false } });
  const on = await run('enable top');
  expect(on.stderr).toContain('top stays off: it needs base, which is disabled');
});

test('what config.toml switches off stays off, and it is said where', async () => {
  const { run } = twoPlugins('[plugins.settings.top]\nenabled = false\n');
  const { code, stdout } = await run('enable top --json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    enabled: false,
    blockedBy: [expect.stringMatching(/config\.toml:2 says enabled = false$/)],
  });
});

test('from several processes at once, nothing is lost', async () => {
  const { home, registry } = twoPlugins();
  const run = (words: string) => cli(['plugins', ...words.split(' ')], { home });
  await Promise.all([run('disable base --cascade'), run('disable top')]);
  await Promise.all([run('enable base'), run('enable top')]);
  expect(registry().plugins).toEqual({ top: { enabled: true }, base: { enabled: true } });
});

test.each(['enable nobody', 'disable nobody'])(
  'an unknown plugin is refused: %s',
  async (words) => {
    const { run } = twoPlugins();
    const { code, stderr } = await run(words);
    expect(code).toBe(1);
    expect(stderr).toContain('PLUGIN_NOT_FOUND');
  },
);

test('a broken registry.json is named, and stays', async () => {
  const { run, root } = twoPlugins();
  const file = join(root, 'registry.json');
  writeFileSync(file, '{');
  const { code, stderr } = await run('disable top');
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /registry\.json: found not JSON: unexpected end at line 1, column 2, expected JSON.*Fix the file/s,
  );
  expect(readFileSync(file, 'utf8')).toBe('{');
});

test('a plugin is reloaded by asking running hosts in registry.json', async () => {
  const { run, registry, root } = twoPlugins();
  const { stdout } = await run('reload base');
  expect(stdout).toMatch(/^base is to be reloaded: .*registry\.json asks running hosts for it\n$/);
  expect(JSON.parse((await run('reload base --json')).stdout)).toEqual({
    plugin: 'base',
    file: join(root, 'registry.json'),
  });
  expect(registry().plugins).toEqual({ base: { reloads: 2 } });
  const missing = await run('reload other');
  expect(missing).toMatchObject({ code: 1, stderr: expect.stringContaining('There is no plugin') });
});
