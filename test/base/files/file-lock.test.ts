import { execFileSync } from 'node:child_process';
import { existsSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { withFileLock } from '../../../src/base/files/file-lock.js';
import { processName } from '../../../src/base/files/index.js';
import { temporaryFolder } from '../../support/compile-library.js';
import { withBuild } from '../../support/run-built.js';

withBuild();

const DIST = fileURLToPath(new URL('../../../dist/base/files/file-lock.js', import.meta.url));
const folder = temporaryFolder();
let files = 0;
const newFile = () => join(folder, `f${files++}`, 'file');

test('one after the other holds it, whatever their work comes to', async () => {
  const path = newFile();
  let inside = 0;
  const work = async (i: number) => {
    expect(++inside).toBe(1);
    await new Promise(setImmediate);
    inside--;
    if (i % 2 === 0) throw new Error('no');
    return i;
  };
  const all = Array.from({ length: 10 }, (_, i) => withFileLock(path, () => work(i)));
  const results = await Promise.allSettled(all);
  expect(results.map(({ status }) => status === 'fulfilled')).toEqual(
    results.map((_, i) => i % 2 === 1),
  );
  expect(existsSync(`${path}.lock`)).toBe(false);
});

test('one that a running process holds is waited for, for so long', async () => {
  const path = newFile();
  await withFileLock(path, async () => {
    const second = withFileLock(path, async () => 1, { waitMs: 50 });
    await expect(second).rejects.toMatchObject({
      code: 'FILE_LOCKED',
      message: expect.stringContaining(`process ${process.pid}`),
      details: { path, lock: `${path}.lock`, holder: processName() },
    });
  });
});

test('one of nobody in particular is taken away when it is old', async () => {
  const path = newFile();
  await withFileLock(path, async () => {});
  writeFileSync(`${path}.lock`, '');
  const second = () => withFileLock(path, async () => 1, { waitMs: 50 });
  await expect(second()).rejects.toMatchObject({ code: 'FILE_LOCKED' });
  utimesSync(`${path}.lock`, 0, 0);
  expect(await second()).toBe(1);
  // As by a clock that was wrong.
  const future = Date.now() / 1000 + 100 * 24 * 3600;
  writeFileSync(`${path}.lock`, '');
  utimesSync(`${path}.lock`, future, future);
  expect(await second()).toBe(1);
});

test('an old one that this user may not read is taken away', async () => {
  const path = newFile();
  await withFileLock(path, async () => {});
  writeFileSync(`${path}.lock`, 'of another user', { mode: 0o000 });
  const second = () => withFileLock(path, async () => 1, { waitMs: 50 });
  await expect(second()).rejects.toMatchObject({ code: 'FILE_LOCKED' });
  utimesSync(`${path}.lock`, 0, 0);
  expect(await second()).toBe(1);
});

test.skipIf(process.platform === 'win32')(
  'one that could not be written is not left behind',
  () => {
    const path = newFile();
    const program = `
    import { existsSync } from 'node:fs';
    import { withFileLock } from ${JSON.stringify(pathToFileURL(DIST).href)};
    const path = ${JSON.stringify(path)};
    const code = await withFileLock(path, async () => 'done').catch(({ code }) => code);
    console.log(code, existsSync(path + '.lock'));
  `;
    // No file may have a byte: writing fails as on a full disk, with another code.
    const shell = 'trap "" XFSZ; ulimit -f 0; exec "$0" --input-type=module -e "$1"';
    const printed = execFileSync('sh', ['-c', shell, process.execPath, program], {
      encoding: 'utf8',
    });
    expect(printed).toBe('FILE_UNWRITABLE false\n');
  },
);

test('many who find a forgotten one hold it one after the other', async () => {
  const path = newFile();
  await withFileLock(path, async () => {});
  writeFileSync(`${path}.lock`, '');
  utimesSync(`${path}.lock`, 0, 0);
  let inside = 0;
  const work = async () => {
    expect(++inside).toBe(1);
    await new Promise(setImmediate);
    inside--;
  };
  await Promise.all(Array.from({ length: 10 }, () => withFileLock(path, work)));
});

test('where no file can be made, that is told', async () => {
  const file = newFile();
  await withFileLock(file, async () => writeFileSync(file, ''));
  const inFile = join(file, 'below');
  await expect(withFileLock(inFile, async () => {})).rejects.toMatchObject({
    code: 'FILE_UNWRITABLE',
  });
});
