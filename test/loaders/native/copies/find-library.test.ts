import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openCopy } from '../../../../src/loaders/native/copies/open-copy.js';
import { compileLibrary, pluginSource, temporaryFolder } from '../../../support/compile-library.js';

const root = temporaryFolder();
const OPENING = { limitMs: 60_000, pluginId: 'p', pluginDir: '/nowhere' };
const SOURCE = `int common(void); ${pluginSource()} int use(void) { return common(); }`;
let count = 0;

/** A plugin that is linked to a library at `shared`, relative to its own, with that run path. */
function fresh(shared: string, runPath: string, flags: string[] = []) {
  const home = join(root, `home-${++count}`);
  const folder = join(home, 'plugins', 'needy');
  const soname = `libcommon${count}.so`;
  const library = compileLibrary(
    join(folder, shared, soname),
    'int common(void) { return 1; }',
    flags.length > 0 ? flags : [`-Wl,-soname,${soname}`],
  );
  const linked = [library, `-Wl,-rpath,${runPath}`];
  const entry = compileLibrary(join(folder, 'plugin.so'), SOURCE, linked);
  const open = (path = entry) =>
    openCopy(path, () => ({ copiesDir: join(home, 'copies'), generation: 0, folder }), OPENING);
  return { home, folder, entry, library, open };
}

describe('a needed library outside of the folder', () => {
  test('is named with its place, and with the command that puts it into the folder', async () => {
    const { folder, library, open } = fresh('../../shared', '$ORIGIN/../../shared');
    await expect(open()).rejects.toMatchObject({
      code: 'LIBRARY_DEPENDENCY',
      message: expect.stringContaining(`cp ${library} ${folder}`),
      details: { found: library },
    });
  });

  test('is named when another library of the folder needs it', async () => {
    const { home, folder } = fresh('../../shared', '$ORIGIN');
    const far = compileLibrary(join(home, 'far', 'libfar.so'), 'int far_one(void) { return 1; }', [
      '-Wl,-soname,libfar.so',
    ]);
    const near = compileLibrary(
      join(folder, 'libnear.so'),
      'int far_one(void); int common(void) { return far_one(); }',
      ['-Wl,-soname,libnear.so', far, '-Wl,-rpath,$ORIGIN/../../far'],
    );
    const flags = [near, '-Wl,-rpath,$ORIGIN', `-Wl,-rpath-link,${join(home, 'far')}`];
    const entry = compileLibrary(join(folder, 'plugin.so'), SOURCE, flags);
    const copying = { copiesDir: join(home, 'copies'), generation: 0, folder };
    await expect(openCopy(entry, () => copying, OPENING)).rejects.toMatchObject({
      code: 'LIBRARY_DEPENDENCY',
      message: expect.stringMatching(/libfar\.so, which lies outside of the plugin's folder, at /),
    });
  });

  test('is found through a link that lies in the folder', async () => {
    const { home, folder, open } = fresh('../../shared', '$ORIGIN/lib');
    symlinkSync(join(home, 'shared'), join(folder, 'lib'));
    await expect(open()).resolves.toMatchObject({ library: { what: expect.any(String) } });
  });
});

test('a needed library beside the plugin to which no run path leads is named as such', async () => {
  const { open } = fresh('.', '/nowhere');
  await expect(open()).rejects.toMatchObject({
    code: 'LIBRARY_DEPENDENCY',
    message: expect.stringContaining('It lies next to it, but the library does not say so'),
  });
});

test('a needed library with an absolute run path into the folder is opened from there', async () => {
  const { folder } = fresh('.', '$ORIGIN');
  const helper = compileLibrary(join(folder, 'libabs.so'), 'int common(void) { return 1; }', [
    '-Wl,-soname,libabs.so',
  ]);
  const entry = compileLibrary(join(folder, 'abs.so'), SOURCE, [
    helper,
    '-Wl,--disable-new-dtags',
    `-Wl,-rpath,${folder}`,
  ]);
  const copying = { copiesDir: join(root, `home-${count}`, 'copies'), generation: 0, folder };
  await expect(openCopy(entry, () => copying, OPENING)).resolves.toMatchObject({
    copy: { siblings: [] },
  });
});

test('a library that is needed by a path, since it has no soname, is named with what mends it', async () => {
  const { folder } = fresh('.', '$ORIGIN');
  const strange = join('no', 'such', 'folder', 'libslash.so');
  const helper = compileLibrary(join(folder, 'libslash.so'), 'int common(void) { return 1; }', [
    `-Wl,-soname,${strange}`,
  ]);
  const entry = compileLibrary(join(folder, 'slash.so'), SOURCE, [helper, '-Wl,-rpath,$ORIGIN']);
  const copying = { copiesDir: join(root, `home-${count}`, 'copies'), generation: 0, folder };
  await expect(openCopy(entry, () => copying, OPENING)).rejects.toMatchObject({
    code: 'LIBRARY_DEPENDENCY',
    message: expect.stringContaining(`patchelf --replace-needed ${strange} libslash.so`),
  });
});
