import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PluginHost } from '../../src/index.js';
import { makePlugin, type TestPlugin } from '../support/plugin-folder.js';
import { closeAfterTest, linesOf, makeHome, newFolder, openHost } from './open-host.js';

function plugin(id: string, needs: string[] = [], version = '1.0.0'): TestPlugin {
  const manifest = needs.length > 0 ? `[dependencies]\n${needs.join('\n')}\n` : '';
  return { id, source: 'lifecycle.c', version, manifest };
}

/** All of them write their lifecycle calls into one file. */
function withMarks(plugins: TestPlugin[], config: Record<string, object> = {}) {
  const marks = join(newFolder(), 'marks');
  const pluginConfig = Object.fromEntries(
    plugins.map(({ id }) => [id, { marks, ...config[id] }] as const),
  );
  return { options: makeHome({ plugins, pluginConfig }), marks: () => linesOf(marks) };
}

const states = (host: PluginHost) =>
  Object.fromEntries(host.plugins.list().map(({ id, state }) => [id, state]));

describe('plugins that need others', () => {
  test('start after them and stop before them', async () => {
    const { options, marks } = withMarks([
      plugin('a', ['b = "^1.0.0"']),
      plugin('b', ['c = "*"']),
      plugin('c'),
    ]);
    const host = await PluginHost.open(options);
    await host.close();
    const of = (name: string) => marks().filter((line) => line.endsWith(` ${name}`));
    expect(of('create')).toEqual(['c create', 'b create', 'a create']);
    expect(of('on_init')).toEqual(['c on_init', 'b on_init', 'a on_init']);
    expect(of('on_shutdown')).toEqual(['a on_shutdown', 'b on_shutdown', 'c on_shutdown']);
    const [first, second] = [marks().indexOf('c on_init'), marks().indexOf('b create')];
    expect(first).toBeLessThan(second);
  });

  test('are skipped when one of these fails, and the root cause is named', async () => {
    const { options, marks } = withMarks(
      [plugin('a', ['b = "*"']), plugin('b', ['c = "*"']), plugin('c'), plugin('d')],
      { c: { on_init: 'fail' } },
    );
    const host = await PluginHost.open(options);
    closeAfterTest(host);
    expect(states(host)).toEqual({
      a: 'skipped_dependency',
      b: 'skipped_dependency',
      c: 'failed_init',
      d: 'active',
    });
    expect(host.plugins.get('a')?.error).toMatchObject({
      code: 'DEPENDENCY_FAILED',
      details: { dependency: 'b', root: 'c', rootCode: 'INIT_FAILED' },
    });
    expect(marks().filter((line) => /^[ab] /.test(line))).toEqual([]);
  });

  test('name the fault of a manifest as the cause', async () => {
    const options = makeHome({ plugins: [plugin('a', ['b = "*"']), plugin('b')] });
    writeFileSync(
      join(options.home, 'plugins', 'b', 'aisopod.plugin.toml'),
      '[plugin]\nid = "b"\nversion = "1.0.0"\nentry = "missing.so"\n',
    );
    const host = await PluginHost.open(options);
    closeAfterTest(host);
    expect(host.plugins.get('a')).toMatchObject({
      state: 'skipped_dependency',
      error: { details: { root: 'b', rootCode: 'ENTRY_NOT_FOUND' } },
    });
  });

  test('name the config that switches it off as the cause', async () => {
    const host = await openHost({
      plugins: [plugin('a', ['b = "*"']), plugin('b')],
      toml: '[plugins.settings.b]\nenabled = false\n',
    });
    expect(host.plugins.get('a')).toMatchObject({
      state: 'skipped_dependency',
      error: { details: { root: 'b', rootCode: 'PLUGIN_DISABLED' } },
    });
  });

  test('fail when these are not there, or in another version', async () => {
    const host = await openHost({
      plugins: [plugin('a', ['nobody = "*"']), plugin('b', ['c = ">=2"']), plugin('c')],
    });
    expect(host.plugins.get('a')).toMatchObject({
      state: 'failed_dependency',
      error: { code: 'DEPENDENCY_MISSING' },
    });
    expect(host.plugins.get('b')).toMatchObject({
      state: 'failed_dependency',
      error: { code: 'DEPENDENCY_VERSION', details: { range: '>=2', found: '1.0.0' } },
    });
    expect(host.plugins.isActive('c')).toBe(true);
  });

  test('start without one that is optional and failed', async () => {
    const { options } = withMarks(
      [plugin('a', ['b = { version = "*", optional = true }']), plugin('b')],
      { b: { create: 'fail' } },
    );
    const host = await PluginHost.open(options);
    closeAfterTest(host);
    expect(states(host)).toEqual({ a: 'active', b: 'failed_register' });
  });

  test('and are needed by them fail together, and the error prints the circle', async () => {
    const host = await openHost({
      plugins: [plugin('a', ['b = "*"']), plugin('b', ['a = "*"']), plugin('c', ['a = "*"'])],
    });
    expect(states(host)).toEqual({
      a: 'failed_dependency',
      b: 'failed_dependency',
      c: 'skipped_dependency',
    });
    expect(host.plugins.get('a')?.reason).toContain('a → b → a');
    expect(host.plugins.get('c')?.error).toMatchObject({
      details: { root: 'a', rootCode: 'DEPENDENCY_CYCLE' },
    });
  });

  test('can be loaded later, when these run', async () => {
    const host = await openHost({ plugins: [plugin('b')] });
    const folder = makePlugin(newFolder(), plugin('a', ['b = "*"']));
    expect(await host.plugins.loadPlugin(folder)).toMatchObject({ id: 'a', state: 'active' });
    expect(await host.tools.call('ping')).toMatchObject({ data: 'b' });
  });
});
