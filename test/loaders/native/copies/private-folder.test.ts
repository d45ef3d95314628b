import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { resolveHome } from '../../../../src/home/paths/index.js';
import { KnownLibraries } from '../../../../src/loaders/native/copies/known-libraries.js';
import { temporaryFolder } from '../../../support/compile-library.js';

const root = temporaryFolder();
let count = 0;

/** A folder, and what makes sure of the copies below it when it is AISOPOD_CACHE. */
function fresh() {
  const folder = join(root, `folder-${++count}`);
  mkdirSync(folder, { mode: 0o700 });
  const ensure = (cache = join(folder, 'cache')) => {
    const home = resolveHome({ home: join(root, 'home'), env: { AISOPOD_CACHE: cache } });
    new KnownLibraries(home).ensurePrivate();
  };
  return { folder, ensure };
}

test('a cache elsewhere may lie in a folder of this user, and in one like /tmp', () => {
  const { folder, ensure } = fresh();
  ensure();
  chmodSync(folder, 0o1777);
  ensure();
});

test('a cache elsewhere is refused in a folder that everyone may write to', () => {
  const { folder, ensure } = fresh();
  chmodSync(folder, 0o777);
  expect(ensure).toThrow(
    expect.objectContaining({
      code: 'COPY_CACHE',
      message: expect.stringMatching(/can be written by everyone .* AISOPOD_CACHE=DIR$/),
      details: expect.objectContaining({ path: folder }),
    }),
  );
});

test('a cache elsewhere is refused where a link leads to such a folder', () => {
  const { folder, ensure } = fresh();
  const link = join(root, `link-${count}`);
  symlinkSync(folder, link);
  chmodSync(folder, 0o777);
  expect(() => ensure(join(link, 'cache'))).toThrow('can be written by everyone');
});

test.runIf(process.geteuid?.() === 0)(
  'a cache elsewhere is refused in a folder of another user',
  () => {
    const { folder, ensure } = fresh();
    execFileSync('chown', ['12345', folder]);
    expect(ensure).toThrow('belongs to user 12345');
  },
);
