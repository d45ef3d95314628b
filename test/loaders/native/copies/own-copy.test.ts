import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import koffi from 'koffi';
import { describe, expect, test } from 'vitest';
import { cleanCopies } from '../../../../src/loaders/native/copies/clean-copies.js';
import { copiesOfReloads, holdCopy } from '../../../../src/loaders/native/copies/held-copies.js';
import { openCopy } from '../../../../src/loaders/native/copies/open-copy.js';
import { openOwnCopy } from '../../../../src/loaders/native/copies/own-copy.js';
import { compileLibrary, temporaryFolder } from '../../../support/compile-library.js';

const root = temporaryFolder();
const LIMIT = { limitMs: 60_000, pluginId: 'sample', pluginDir: '/nowhere' };

/** C of a library that answers how often it was asked, and `extra`. */
const counting = (extra = '') => `
  #include <stdint.h>
  ${extra}
  static struct { uint32_t struct_size; uint16_t abi_major, abi_minor; } desc = {8, 0, 0};
  void *aisopod_plugin_v1(void *query) { desc.abi_minor++; (void)query; return &desc; }`;

type Opened = Awaited<ReturnType<typeof openCopy>>;
const asked = ({ library }: Opened): number => koffi.decode(library.descriptor, 6, 'uint16_t');

/** A plugin's folder with a library in it, and ways to open that. */
function plugin(name: string, source = counting(), flags: readonly string[] = []) {
  const folder = join(root, name);
  const copiesDir = join(folder, '..', `${name}-copies`);
  const entry = compileLibrary(join(folder, 'plugin.so'), source, flags);
  const opening = { ...LIMIT, original: entry };
  return {
    folder,
    copiesDir,
    entry,
    start: () => openCopy(entry, () => ({ copiesDir, generation: 0 }), opening),
    reload: (limitMs = 60_000) => openOwnCopy(entry, { copiesDir }, { ...opening, limitMs }),
    /** `<key>/<generation>` of all copies that are there. */
    copies: () =>
      readdirSync(copiesDir)
        .filter((key) => key.length === 64)
        .flatMap((key) => readdirSync(join(copiesDir, key)).map((each) => `${key}/${each}`)),
  };
}

/** A second library that a plugin needs, next to it. */
function besides(name: string, soname: string, answer: number) {
  const folder = join(root, name);
  const source = `long helper(void) { return ${answer}; }`;
  const path = join(folder, soname);
  compileLibrary(path, source, [`-Wl,-soname,${soname}`]);
  return ['-Wl,--no-as-needed', path, '-Wl,-rpath,$ORIGIN'];
}

const unique = (name: string) => `__asm__(".type ${name}, %gnu_unique_object"); int ${name} = 1;`;

describe('a copy for a reload', () => {
  test('is another library, also when its bytes are those of an open one', async () => {
    const { start, reload } = plugin('equal');
    const all = [await start(), await reload(), await reload()];
    expect(all.map(asked)).toEqual([1, 1, 1]);
    expect(new Set(all.map(({ copy }) => copy.path)).size).toBe(3);
    expect(new Set(all.map(({ copy }) => copy.sha256)).size).toBe(1);
  });

  test('holds what lies next to the library', async () => {
    const flags = besides('with-files', 'libwith-files.so', 1);
    const { entry, reload } = plugin('with-files', counting(), flags);
    const { copy } = await reload();
    const brought = join(dirname(copy.path), 'libwith-files.so');
    expect(readFileSync(brought)).toEqual(readFileSync(join(dirname(entry), 'libwith-files.so')));
  });

  test('stays when copies are cleaned, as long as this process runs', async () => {
    const { copiesDir, start, reload } = plugin('kept');
    const paths = [await start(), await reload(), await reload()].map(({ copy }) => copy.path);
    rmSync(dirname(plugin('kept').entry), { recursive: true });
    expect(await cleanCopies(copiesDir)).toEqual({ removed: [], errors: [] });
    expect(paths.map((path) => existsSync(path))).toEqual([true, true, true]);
  });
});

describe('a library that would share something with an open one is not reloaded', () => {
  test('if it has a unique symbol that is there', async () => {
    const { entry, start, reload, copies } = plugin('unique', counting(unique('kept_once')));
    await start();
    const before = copies();
    await expect(reload()).rejects.toMatchObject({
      code: 'RELOAD_UNSUPPORTED',
      message: expect.stringMatching(/kept_once .*of the build before it.*-fno-gnu-unique/),
      details: { path: entry, symbol: 'kept_once', by: entry },
    });
    expect(copies()).toEqual(before);
  });

  test('if it brings a library that is open, with equal bytes too', async () => {
    const flags = besides('brings', 'libbrings.so', 1);
    const { entry, start, reload } = plugin('brings', counting(), flags);
    await start();
    await expect(reload()).rejects.toMatchObject({
      code: 'RELOAD_UNSUPPORTED',
      message: expect.stringMatching(/libbrings\.so .*Link that library statically/),
      details: { path: entry, library: 'libbrings.so', by: entry },
    });
  });

  test('unless that library has another name in each build', async () => {
    const { start } = plugin('renames', counting(), besides('renames', 'librenames-1.so', 1));
    await start();
    const { reload } = plugin('renames', counting(), besides('renames', 'librenames-2.so', 2));
    expect(asked(await reload())).toBe(1);
  });
});

describe('a copy for a reload that fails', () => {
  test('is removed when nothing of it was opened', async () => {
    const { reload, copies } = plugin(
      'broken',
      counting('int nowhere(void); int use(void) { return nowhere(); }'),
    );
    await expect(reload()).rejects.toMatchObject({ code: 'LIBRARY_OPEN' });
    expect(copies()).toEqual([]);
  });

  test('is removed when it is refused before that', async () => {
    const { entry, copiesDir, copies } = plugin('refused');
    const admit = () => Promise.reject(new Error('no'));
    const reload = openOwnCopy(entry, { copiesDir }, { ...LIMIT, admit });
    await expect(reload).rejects.toThrow('no');
    expect(copies()).toEqual([]);
  });

  test('stays when its code is open', async () => {
    const { entry, copiesDir, copies } = plugin('no-entry', 'int nothing;');
    await expect(openOwnCopy(entry, { copiesDir }, LIMIT)).rejects.toMatchObject({
      code: 'LIBRARY_NO_ENTRY',
    });
    expect(copies()).toHaveLength(1);
  });
});

describe('the copies of earlier builds', () => {
  test('are counted for each plugin, with the bytes of their files', async () => {
    const { copiesDir, entry, start, reload } = plugin('counted');
    const hold = ({ copy }: Opened) => holdCopy(copiesDir, 'counted', dirname(copy.path));
    const first = await start();
    expect(hold(first)).toEqual({ copies: 0, bytes: 0 });
    expect(hold(first)).toEqual({ copies: 0, bytes: 0 });
    const bytes = readFileSync(entry).length;
    expect(await hold(await reload())).toEqual({ copies: 1, bytes });
    expect(await hold(await reload())).toEqual({ copies: 2, bytes: 2 * bytes });
    expect(holdCopy(copiesDir, 'another', dirname(first.copy.path))).toEqual({
      copies: 0,
      bytes: 0,
    });
  });

  test('are counted for each process that runs, without the one of its start', async () => {
    const { copiesDir, entry, start, reload } = plugin('held');
    expect(await copiesOfReloads(copiesDir)).toEqual([]);
    await start();
    expect(await copiesOfReloads(copiesDir)).toEqual([]);
    await reload();
    await reload();
    const bytes = 2 * readFileSync(entry).length;
    expect(await copiesOfReloads(copiesDir)).toEqual([{ pid: process.pid, copies: 2, bytes }]);
  });
});
