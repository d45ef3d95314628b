import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rounds } from '../../support/rounds.js';
import { directory, manifest, plugin, put, scan, summary } from './plugins-directory.js';

const root = process.getuid?.() === 0;

/** A home with a directory of plugins. */
const homeWith = (fill: (plugins: string) => void) => {
  const home = directory();
  mkdirSync(join(home, 'plugins'), { mode: 0o755 });
  chmodSync(join(home, 'plugins'), 0o755);
  fill(join(home, 'plugins'));
  return home;
};

test('a folder dropped into the home is found, with everything that is known of it', () => {
  const home = homeWith((plugins) => plugin(join(plugins, 'calc'), 'calc'));
  const [found, ...more] = scan({ home });
  const dir = join(home, 'plugins', 'calc');
  expect(more).toEqual([]);
  expect(found).toMatchObject({
    path: dir,
    id: 'calc',
    manifestFile: join(dir, 'aisopod.plugin.toml'),
    manifest: { plugin: { id: 'calc' } },
    entry: { path: join(dir, 'lib.so') },
    origin: { origin: 'home' },
    error: null,
    warnings: [],
  });
});

test('findings are sorted by name', () => {
  const home = homeWith((plugins) => {
    for (const id of ['b', 'a10', 'a9', 'c']) plugin(join(plugins, id), id);
  });
  expect(scan({ home }).map(({ id }) => id)).toEqual(['a10', 'a9', 'b', 'c']);
});

test('a bad entry of any kind never stops the good ones', () => {
  const home = homeWith((plugins) => {
    plugin(join(plugins, 'a-good'), 'a-good');
    put(plugins, 'broken/aisopod.plugin.toml', '[plugin');
    put(plugins, 'dir/aisopod.plugin.toml/x', '');
    mkdirSync(join(plugins, 'empty'), { mode: 0o755 });
    put(plugins, 'faulty/aisopod.plugin.toml', '[plugin]\nid = 1\n');
    put(plugins, 'no-entry/aisopod.plugin.toml', manifest('no-entry'));
    put(plugins, 'outside/aisopod.plugin.toml', manifest('outside').replace('lib.so', '../x.so'));
    symlinkSync('/does/not/exist', join(plugins, 'dangling'));
    symlinkSync('loop', join(plugins, 'loop'));
    plugin(join(plugins, 'old'), 'old', '1.0.0', '[compatibility]\nhost = "^9"\n');
    plugin(join(plugins, 'z-good'), 'z-good');
  });
  expect(scan({ home }).map(({ path, error }) => [path.split('/').at(-1), error?.code])).toEqual([
    ['a-good', undefined],
    ['broken', 'MANIFEST_SYNTAX'],
    ['dangling', 'SCAN_UNREADABLE'],
    ['dir', 'SCAN_UNREADABLE'],
    ['empty', 'MANIFEST_MISSING'],
    ['faulty', 'MANIFEST_INVALID'],
    ['loop', 'SCAN_UNREADABLE'],
    ['no-entry', 'ENTRY_NOT_FOUND'],
    ['old', 'HOST_VERSION'],
    ['outside', 'ENTRY_OUTSIDE'],
    ['z-good', undefined],
  ]);
});

test.skipIf(root)('a folder that cannot be read is reported', () => {
  const home = homeWith((plugins) => {
    plugin(join(plugins, 'good'), 'good');
    mkdirSync(join(plugins, 'locked'), { mode: 0o000 });
  });
  expect(summary({ home })).toEqual(['good 1.0.0 good', 'null - SCAN_UNREADABLE']);
});

test('hidden files, configuration of plugins and other plain files are passed over', () => {
  const home = homeWith((plugins) => {
    plugin(join(plugins, '.hidden'), 'hidden');
    put(plugins, 'calc.toml', 'x = 1');
    put(plugins, 'README.md', '');
    put(plugins, '.DS_Store', '');
    plugin(join(plugins, 'calc'), 'calc');
  });
  expect(summary({ home })).toEqual(['calc 1.0.0 good']);
});

test('warnings of a manifest go with the plugin', () => {
  const home = homeWith((plugins) =>
    plugin(join(plugins, 'calc'), 'calc', '1.0.0', 'licence = "MIT"'),
  );
  const [found] = scan({ home });
  expect(found?.error).toBeNull();
  expect(found?.warnings.map(({ code, message }) => [code, message])).toEqual([
    ['MANIFEST_INVALID', expect.stringMatching(/:5:1: plugin\.licence: .*`license`/)],
  ]);
});

test('the same id in two directories: the first wins, the other says by what it is shadowed', () => {
  const [one, two] = [directory(), directory()];
  plugin(join(one, 'x'), 'calc', '1.0.0');
  plugin(join(two, 'y'), 'calc', '2.0.0');
  const env = { AISOPOD_PLUGIN_PATHS: [one, two].join(delimiter) };
  const [winner, loser] = scan({ env });
  expect(winner?.error).toBeNull();
  expect(loser?.error?.code).toBe('SHADOWED');
  expect(loser?.error?.message).toContain(join(one, 'x'));
  expect(loser?.error?.message).toContain(join(two, 'y'));
});

test('the places go before one another in one order, whatever the versions', () => {
  const user = directory();
  const home = homeWith((plugins) => plugin(join(plugins, 'calc'), 'calc', '2.0.0'));
  const [option, environment, config] = [directory(), directory(), directory()];
  plugin(join(option, 'calc'), 'calc', '1.0.0');
  plugin(join(environment, 'calc'), 'calc', '3.0.0');
  plugin(join(config, 'calc'), 'calc', '4.0.0');
  plugin(join(user, '.config/aisopod/plugins/calc'), 'calc', '5.0.0');
  plugin(join(user, '.local/share/aisopod/plugins/calc'), 'calc', '6.0.0');
  for (const dir of ['.config', '.local/share']) {
    chmodSync(join(user, dir, 'aisopod/plugins'), 0o755);
  }
  const places: [string, (where: Parameters<typeof scan>[0]) => object][] = [
    ['1.0.0', (where) => ({ ...where, pluginDirs: [join(option, 'calc')] })],
    ['2.0.0', (where) => ({ ...where, home })],
    ['3.0.0', (w) => ({ ...w, env: { ...w.env, AISOPOD_PLUGIN_PATHS: environment } })],
    ['4.0.0', (where) => ({ ...where, configPaths: [config] })],
    ['5.0.0', (where) => ({ ...where, env: { ...where.env, HOME: user } })],
  ];
  for (let first = 0; first < places.length; first++) {
    const where = places.slice(first).reduce((all, [, add]) => add(all), {});
    const [winner, ...losers] = scan(where);
    expect(winner?.manifest?.plugin.version).toBe(places[first]?.[0]);
    expect(winner?.error).toBeNull();
    expect(losers).toHaveLength(places.length - first);
    for (const { error } of losers) {
      expect(error?.code).toBe('SHADOWED');
      expect(error?.message).toContain(`shadowed by ${winner?.path}`);
    }
  }
});

test('--plugin comes before the home', () => {
  const home = homeWith((plugins) => plugin(join(plugins, 'calc'), 'calc'));
  const mine = plugin(join(directory(), 'calc'), 'calc', '0.9.0');
  expect(summary({ home, pluginDirs: [mine] })).toEqual(['calc 0.9.0 good', 'calc 1.0.0 SHADOWED']);
});

test('a plugin that two ways lead to is one plugin', () => {
  const home = homeWith((plugins) => plugin(join(plugins, 'calc'), 'calc'));
  const mine = join(home, 'plugins', 'calc');
  expect(summary({ home, pluginDirs: [mine, mine] })).toEqual(['calc 1.0.0 good']);
});

test('a link to a folder of a plugin is followed', () => {
  const mine = plugin(join(directory(), 'calc'), 'calc');
  const home = homeWith((plugins) => symlinkSync(mine, join(plugins, 'link')));
  const [found] = scan({ home });
  expect(found).toMatchObject({ path: join(home, 'plugins', 'link'), id: 'calc', error: null });
  expect(found?.entry?.real).toBe(join(mine, 'lib.so'));
});

test('a plugin folder named where a directory of plugins belongs is that plugin', () => {
  const mine = plugin(join(directory(), 'calc'), 'calc');
  expect(summary({ configPaths: [mine] })).toEqual(['calc 1.0.0 good']);
});

test('folders whose names differ only in case are refused', () => {
  const home = homeWith((plugins) => {
    plugin(join(plugins, 'Calc'), 'one');
    plugin(join(plugins, 'calc'), 'two');
  });
  expect(summary({ home })).toEqual(['null - NAME_TWINS', 'null - NAME_TWINS']);
});

test('a bare library is listed with what mends it, and a manifest beside it mends it', () => {
  const home = homeWith((plugins) => {
    put(plugins, 'lonely.so', '');
    put(plugins, 'other.dll', '');
    put(plugins, 'lib.so', '');
    put(plugins, 'lib.plugin.toml', manifest('calc'));
  });
  const found = scan({ home });
  expect(found.map(({ path, id, error }) => [path.split('/').at(-1), id, error?.code])).toEqual([
    ['lib.so', 'calc', undefined],
    ['lonely.so', null, 'BARE_LIBRARY'],
    ['other.dll', null, 'BARE_LIBRARY'],
  ]);
  expect(found[1]?.error?.message).toContain(join(home, 'plugins', 'lonely.plugin.toml'));
});

test('a manifest beside a library that has faults is reported once', () => {
  const home = homeWith((plugins) => {
    put(plugins, 'lib.so', '');
    put(plugins, 'lib.plugin.toml', '[plugin]\n');
  });
  expect(summary({ home })).toEqual(['null - MANIFEST_INVALID']);
});

test('names with spaces, unicode and line ends are names like any other', () => {
  const names = ['a b', 'ü', 'line\nend', "quote'", 'emoji 🦐'];
  const home = homeWith((plugins) => {
    names.forEach((name, i) => {
      plugin(join(plugins, name), `p${i}`);
    });
    mkdirSync(join(plugins, 'bad\nname'), { mode: 0o755 });
  });
  const found = scan({ home });
  expect(found.filter(({ error }) => !error)).toHaveLength(names.length);
  const [bad] = found.filter(({ error }) => error);
  expect(bad?.error?.message).toContain('bad\\nname');
  expect(bad?.error?.message).not.toContain('\n');
});

test('random names and contents give findings and no throw', () => {
  const name = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
    .filter((text) => !/[/\0]/.test(text) && text !== '.' && text !== '..');
  const kind = fc.constantFrom('file', 'folder', 'plugin', 'library', 'link');
  const entries = fc.array(fc.tuple(name, kind, fc.uint8Array({ maxLength: 40 })), {
    maxLength: 8,
  });
  fc.assert(
    fc.property(entries, (list) => {
      const home = homeWith((plugins) => {
        for (const [written, what, bytes] of list) {
          const path = join(plugins, what === 'library' ? `${written}.so` : written);
          try {
            if (what === 'link') symlinkSync(written, path);
            else if (what === 'file' || what === 'library') writeFileSync(path, bytes);
            else mkdirSync(path, { mode: 0o755 });
            if (what === 'plugin') writeFileSync(join(path, 'aisopod.plugin.toml'), bytes);
          } catch {
            // The same name twice.
          }
        }
      });
      for (const { error } of scan({ home })) expect(error?.code).toBeTruthy();
    }),
    { seed: 4, numRuns: rounds(300, 50) },
  );
});
