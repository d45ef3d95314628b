import {
  chmodSync,
  chownSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runBuilt, withBuild } from '../../support/run-built.js';
import { newHome, openStorage } from './open-storage.js';

withBuild();

const fileOf = (home: string) => join(home, 'state', 'storage', 'store.mdb');
const lockOf = (home: string) => `${fileOf(home)}-lock`;

/** A home in which "a" is stored, and which no host uses. */
async function usedHome(): Promise<string> {
  const home = newHome();
  const storage = openStorage(home);
  await storage.of('notes').set('a', 1);
  await storage.close();
  return home;
}

describe('a store whose files are not as they should be', () => {
  test.each([
    ['store.mdb-lock is a folder', lockOf, (path: string) => mkdirSync(path)],
    ['store.mdb-lock is a link', lockOf, (path: string) => symlinkSync('/nowhere', path)],
    ['store.mdb is a folder', fileOf, (path: string) => mkdirSync(path)],
    ['store.mdb is a link', fileOf, (path: string) => symlinkSync('/nowhere', path)],
  ])('is refused when %s, and works when that is put aside as advised', async (said, of, make) => {
    const home = await usedHome();
    const path = of(home);
    rmSync(path);
    make(path);
    const mine = openStorage(home).of('notes');
    await expect(mine.get('a')).rejects.toMatchObject({
      code: 'STORAGE_UNAVAILABLE',
      message: expect.stringMatching(`: ${said}, not a file. .*: mv ${path} ${path}.aside$`),
    });
    renameSync(path, `${path}.aside`);
    await mine.set('b', 2);
    expect(await mine.get('b')).toBe(2);
  });

  test.each([
    ['is missing', (lock: string) => rmSync(lock)],
    ['is empty', (lock: string) => writeFileSync(lock, '')],
    ['is cut short', (lock: string) => writeFileSync(lock, 'x'.repeat(100))],
    ['holds something else', (lock: string) => writeFileSync(lock, 'x'.repeat(20_000))],
  ])('is opened when its lock file %s', async (_, damage) => {
    const home = await usedHome();
    damage(lockOf(home));
    expect(await openStorage(home).of('notes').get('a')).toBe(1);
  });

  test('is refused when another version of LMDB wrote it', async () => {
    const home = await usedHome();
    const bytes = readFileSync(fileOf(home));
    bytes.writeUInt32LE(1, 28);
    writeFileSync(fileOf(home), bytes);
    await expect(openStorage(home).of('notes').get('a')).rejects.toMatchObject({
      code: 'STORAGE_UNAVAILABLE',
      message: expect.stringContaining('another version of LMDB wrote it'),
    });
  });

  test('has a lock file without holes, which would end the process when the disk is full', async () => {
    const { size, blocks } = statSync(lockOf(await usedHome()));
    expect(blocks * 512).toBeGreaterThanOrEqual(size);
  });
});

describe('a store whose files are changed while it is open', () => {
  test.each([
    ['its file is removed', (home: string) => rmSync(fileOf(home)), undefined],
    [
      'its folder is removed',
      (home: string) => rmSync(dirname(fileOf(home)), { recursive: true }),
      undefined,
    ],
    ['its lock file is removed', (home: string) => rmSync(lockOf(home)), 1],
    [
      'its file is replaced by a copy',
      (home: string) => {
        copyFileSync(fileOf(home), `${fileOf(home)}.copy`);
        renameSync(`${fileOf(home)}.copy`, fileOf(home));
      },
      1,
    ],
  ])('is opened again when %s', async (_, change, kept) => {
    const home = await usedHome();
    const [mine, others] = [openStorage(home).of('notes'), openStorage(home).of('notes')];
    await mine.get('a');
    await others.get('a');
    await new Promise(setImmediate);
    change(home);
    await mine.set('b', 2);
    expect(await others.get('b')).toBe(2);
    expect(await mine.get('a')).toBe(kept);
    expect(readFileSync(fileOf(home)).includes('notes\0b')).toBe(true);
  });

  test('is refused when its file is cut short, which would end the process', async () => {
    const code = `
      import { truncateSync } from 'node:fs';
      const host = PluginHost.create({ home: args.home, env: {} });
      const mine = host.storage.of('notes');
      for (let i = 0; i < 100; i++) await mine.set('k' + i, 'x'.repeat(3000));
      truncateSync(args.file, 12288);
      await new Promise(setImmediate);
      const failure = await mine.get('k50').catch(({ code, message }) => code + ' ' + message);
      await host.close();
      console.log(failure);
    `;
    const home = newHome();
    const { stdout, code: status } = await runBuilt(code, { home, file: fileOf(home) });
    expect(stdout).toMatch(/^STORAGE_UNAVAILABLE .*it is cut short: 12288 of \d+ bytes/);
    expect(status).toBe(0);
  });
});

// Only root can give a file to another user.
describe.runIf(process.getuid?.() === 0)('a store with a file of another user', () => {
  const code = `
    process.setgid(65534);
    process.setuid(65534);
    const host = PluginHost.create({ home: args.home, env: {} });
    const failure = await host.storage.of('notes').set('b', 2).catch((error) => error);
    console.log(JSON.stringify({ code: failure?.code, message: failure?.message }));
    await host.close();
  `;

  test.each([
    ['its file', fileOf],
    ['its lock file', lockOf],
    ['its folder', (home: string) => dirname(fileOf(home))],
  ])('is refused when %s belongs to root, and says how to take it over', async (_, of) => {
    const home = await usedHome();
    for (let path = dirname(home); path !== '/'; path = dirname(path)) chmodSync(path, 0o755);
    const all = [
      '',
      'state',
      'state/storage',
      'state/storage/store.mdb',
      'state/storage/store.mdb-lock',
    ];
    for (const path of all) chownSync(join(home, path), 65534, 65534);
    chownSync(of(home), 0, 0);
    const { stdout, code: status } = await runBuilt(code, { home });
    expect(status).toBe(0);
    const { code: error, message } = JSON.parse(stdout);
    expect(error).toBe('STORAGE_UNAVAILABLE');
    expect(message).toMatch(/belongs to user 0 \(mode 0[67]00\), not to you \(user 65534\)/);
    expect(message).toContain(`sudo chown -R 65534 ${of(home)}`);
  });
});
