import { existsSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import { copyLibrary } from '../../../../src/loaders/native/copies/copies.js';
import { openCopy } from '../../../../src/loaders/native/copies/open-copy.js';
import { openLibrary } from '../../../../src/loaders/native/opening/open-library.js';
import { setUpOpener } from '../../../../src/loaders/native/opening/set-up-opener.js';
import { withLoader } from '../../../../src/loaders/native/opening/with-loader.js';
import { deferred } from '../../../host/open-host.js';
import { compileLibrary, pluginSource, temporaryFolder } from '../../../support/compile-library.js';

// The real one; how often it is asked is counted.
vi.mock('../../../../src/loaders/native/opening/open-library.js', async (load) => {
  const real =
    await load<typeof import('../../../../src/loaders/native/opening/open-library.js')>();
  return { ...real, openLibrary: vi.fn(real.openLibrary) };
});

const root = temporaryFolder();
const LIMIT = { limitMs: 60_000, pluginId: 'sample', pluginDir: '/nowhere' };

beforeEach(() => {
  vi.mocked(openLibrary).mockClear();
});

/** A library, with the options that open it. */
function fresh(name: string, source: string) {
  const entry = compileLibrary(join(root, name, 'plugin.so'), source);
  return { entry, copying: { copiesDir: join(root, name, 'copies'), generation: 0 } };
}

/** Opens, while an earlier opening keeps it waiting until `meanwhile` is done. */
async function openBehind({ entry, copying }: ReturnType<typeof fresh>, meanwhile: () => void) {
  setUpOpener();
  const [held, release] = [deferred(), deferred()];
  const first = withLoader('the test', () => {
    held.resolve();
    return release.promise;
  });
  await held.promise;
  const opening = openCopy(entry, () => copying, LIMIT);
  while (vi.mocked(openLibrary).mock.calls.length === 0) await new Promise(setImmediate);
  meanwhile();
  release.resolve();
  await first;
  return await opening;
}

test('a copy that is taken away just before it is opened is made again', async () => {
  const plugin = fresh('taken', pluginSource({ id: 'taken' }));
  const { path } = await copyLibrary(plugin.entry, plugin.copying);
  const { copy, library } = await openBehind(plugin, () => {
    rmSync(dirname(dirname(path)), { recursive: true });
  });
  expect(copy.path).toBe(path);
  expect(readFileSync(path)).toEqual(readFileSync(plugin.entry));
  expect(library.descriptor).not.toBeNull();
  expect(openLibrary).toHaveBeenCalledTimes(2);
});

test('a copy that cannot be opened for another reason is tried once', async () => {
  const plugin = fresh(
    'broken',
    `int nowhere(void); ${pluginSource()} int use(void) { return nowhere(); }`,
  );
  const opening = openCopy(plugin.entry, () => plugin.copying, LIMIT);
  await expect(opening).rejects.toMatchObject({ code: 'LIBRARY_OPEN' });
  expect(openLibrary).toHaveBeenCalledTimes(1);
  expect(existsSync((await copyLibrary(plugin.entry, plugin.copying)).path)).toBe(true);
});
