import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PluginHost } from '../../../../src/index.js';
import { compileLibrary, pluginSource, temporaryFolder } from '../../../support/compile-library.js';
import { settled } from '../../../support/settled.js';

const root = temporaryFolder();
let count = 0;

/** C of an object that the process keeps once, as g++ makes of a static in an inline function. */
const unique = (name: string, definition: string) =>
  `__asm__(".type ${name}, %gnu_unique_object"); ${definition}`;

/** A home with these plugins, each of which has that C in it. */
function homeWith(plugins: Readonly<Record<string, string>>): string {
  const home = join(root, `home-${++count}`);
  for (const [id, extra] of Object.entries(plugins)) {
    const dir = join(home, 'plugins', id);
    mkdirSync(dir, { recursive: true });
    compileLibrary(
      join(dir, 'plugin.so'),
      pluginSource({
        id,
        extra: `${extra}\n${MARK(join(home, `${id}.opened`))}`,
        desc: { create: 'made' },
      }),
    );
    const manifest = `[plugin]\nid = "${id}"\nversion = "1.0.0"\nentry = "plugin.so"\n`;
    writeFileSync(join(dir, 'aisopod.plugin.toml'), manifest);
  }
  return home;
}

const MARK = (path: string) => `#include <stdio.h>
__attribute__((constructor)) static void opened(void) { fclose(fopen("${path}", "w")); }
static inline aisopod_status made(const aisopod_host *h, aisopod_plugin **out, aisopod_error *e) {
  static char instance;
  (void)h; (void)e; *out = (aisopod_plugin *)(void *)&instance; return AISOPOD_OK;
}`;

/** Each plugin's state, its error and its warnings. */
async function open(home: string) {
  const host = await PluginHost.open({ home, env: {}, activation: 'startup' });
  const all = host.plugins.list().map(({ id, state, error, warnings }) => ({
    id,
    state,
    error,
    warnings: warnings.filter(({ code }) => code === 'LIBRARY_SHARED'),
    opened: existsSync(join(home, `${id}.opened`)),
  }));
  await host.close();
  return all.sort((a, b) => ((a.id ?? '') < (b.id ?? '') ? -1 : 1));
}

describe('two plugins that share a unique symbol', () => {
  test('are both warned, once, with the flag that keeps them apart', async () => {
    const symbols = `${unique('both_a', 'int both_a = 1;')} ${unique('both_b', 'int both_b = 1;')}`;
    const plugins = await open(homeWith({ both1: symbols, both2: symbols }));
    for (const [i, { state, warnings }] of plugins.entries()) {
      expect(state).toBe('active');
      expect(warnings).toHaveLength(1);
      expect(warnings[0]?.message).toContain('-fno-gnu-unique');
      expect(warnings[0]?.message).toMatch(/share the unique symbol both_\w and 1 more/);
      expect(warnings[0]?.message).toContain(`both${2 - i}/plugin.so`);
    }
  });

  test('are warned in the next host too, which reads no library', async () => {
    const symbol = unique('again', 'int again = 1;');
    const home = homeWith({ again1: symbol, again2: symbol });
    await open(home);
    await settled(...['again1', 'again2'].map((id) => join(home, 'plugins', id, 'plugin.so')));
    for (let i = 0; i < 2; i++) {
      const plugins = await open(home);
      expect(plugins.map(({ warnings }) => warnings.length)).toEqual([1, 1]);
    }
  });

  test('clash, if one may write to it and takes it for larger: the second is not opened', async () => {
    const home = homeWith({
      clash1: unique('clash', 'int clash[2];'),
      clash2: unique('clash', 'int clash[20];'),
    });
    const plugins = await open(home);
    const refused = plugins.filter(({ state }) => state !== 'active');
    expect(refused).toHaveLength(1);
    const [{ error, opened } = { error: null, opened: true }] = refused;
    expect(opened).toBe(false);
    expect(error?.code).toBe('LIBRARY_CLASH');
    expect(error?.message).toMatch(/the unique symbol clash with (8|80) bytes/);
    expect(error?.message).toContain('-fno-gnu-unique');
    expect(error?.details).toMatchObject({ symbol: 'clash' });
  });

  test('are only warned of different sizes that no code can write to', async () => {
    const plugins = await open(
      homeWith({
        fixed1: unique('fixed', 'const int fixed[2] = { 1 };'),
        fixed2: unique('fixed', 'const int fixed[20] = { 1 };'),
      }),
    );
    expect(plugins.map(({ state }) => state)).toEqual(['active', 'active']);
    expect(plugins.map(({ warnings }) => warnings.length)).toEqual([1, 1]);
  });
});

test('plugins with unique symbols of their own are not warned', async () => {
  const plugins = await open(
    homeWith({ own1: unique('own_1', 'int own_1;'), own2: unique('own_2', 'int own_2;') }),
  );
  expect(plugins.map(({ state, warnings }) => [state, warnings.length])).toEqual([
    ['active', 0],
    ['active', 0],
  ]);
});
