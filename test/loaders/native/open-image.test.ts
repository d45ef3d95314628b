import { existsSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { imageOf } from '../../../src/loaders/native/images.js';
import { inTurn } from '../../../src/loaders/native/loader-turn.js';
import { openImage } from '../../../src/loaders/native/open-image.js';
import { compileLibrary, pluginSource, temporaryFolder } from '../../support/compile-library.js';

const root = temporaryFolder();

/** A library, with the options that open it. */
function fresh(name: string, source: string) {
  const entry = compileLibrary(join(root, name, 'plugin.so'), source);
  return { entry, copying: { imagesDir: join(root, name, 'images'), generation: 0 } };
}

/** Opens, while an earlier opening keeps it waiting until `meanwhile` is done. */
async function openBehind({ entry, copying }: ReturnType<typeof fresh>, meanwhile: () => void) {
  let go = () => {};
  const first = inTurn(
    'first',
    60_000,
    () =>
      new Promise<void>((resolve) => {
        go = resolve;
      }),
  );
  const turns: string[] = [];
  const opening = openImage(entry, copying, {
    limitMs: 60_000,
    onTurn: () => {
      turns.push('turn');
      return () => {};
    },
  });
  meanwhile();
  await Promise.resolve();
  go();
  await first;
  return { ...(await opening), turns };
}

test('an image that is taken away just before it is opened is made anew', async () => {
  const plugin = fresh('taken', pluginSource({ id: 'taken' }));
  const { path } = imageOf(plugin.entry, plugin.copying);
  const { image, library, turns } = await openBehind(plugin, () => {
    rmSync(dirname(dirname(path)), { recursive: true });
  });
  expect(image.path).toBe(path);
  expect(readFileSync(path)).toEqual(readFileSync(plugin.entry));
  expect(library.entry()).not.toBeNull();
  expect(turns).toEqual(['turn', 'turn']);
});

test('an image that cannot be opened for another reason is tried once', async () => {
  const plugin = fresh(
    'broken',
    `int nowhere(void); ${pluginSource()} int use(void) { return nowhere(); }`,
  );
  const turns: string[] = [];
  const opening = openImage(plugin.entry, plugin.copying, {
    limitMs: 60_000,
    onTurn: () => {
      turns.push('turn');
      return () => {};
    },
  });
  await expect(opening).rejects.toMatchObject({ code: 'LIBRARY_OPEN' });
  expect(turns).toEqual(['turn']);
  expect(existsSync(imageOf(plugin.entry, plugin.copying).path)).toBe(true);
});
