import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { TokenFile } from '../../../src/security/auth/index.js';
import { newFolder } from '../../host/open-host.js';
import { withBuild } from '../../support/run-built.js';
import { runInChild } from '../../support/run-in-child.js';

withBuild();

const asRoot = process.getuid?.() === 0;
const posix = process.platform !== 'win32';
const newFile = (...below: string[]) => new TokenFile(join(newFolder(), ...below, 'token'));
const GOOD = 'a-token-that-someone-chose-by-himself';

function refused(file: TokenFile, said: RegExp) {
  for (const act of [() => file.read(), () => file.ensure(), () => file.matches('x')]) {
    expect(act).toThrow(expect.objectContaining({ code: 'TOKEN_UNUSABLE' }));
    expect(act).toThrow(said);
  }
}

describe('a token', () => {
  test('is made when it is needed first, for its owner alone, and stays', () => {
    const file = newFile('new', 'home');
    expect(file.read()).toBeNull();
    expect(existsSync(file.path)).toBe(false);
    const { text } = file.ensure();
    expect(text).toMatch(/^aisopod_[A-Za-z0-9_-]{43}$/);
    if (posix) expect(statSync(file.path).mode & 0o777).toBe(0o600);
    expect(file.ensure().text).toBe(text);
    expect(readFileSync(file.path, 'utf8')).toBe(`${text}\n`);
    expect(readdirSync(join(file.path, '..'))).toEqual(['token']);
  });

  test.skipIf(!posix)('has its mode whatever the umask is', async () => {
    for (const umask of [0, 0o777]) {
      const folder = newFolder();
      const { stdout } = await runInChild(
        `const { TokenFile } = await load('security/auth/index.ts');
         process.umask(args.umask);
         console.log(new TokenFile(args.folder + '/token').ensure().text.length);`,
        { umask, folder },
      );
      expect(stdout).toBe('51\n');
      expect(statSync(join(folder, 'token')).mode & 0o777).toBe(0o600);
    }
  });

  test('is the same for all processes that need it first at once', async () => {
    const folder = newFolder();
    const code = `const { TokenFile } = await load('security/auth/index.ts');
      console.log(new TokenFile(args + '/token').ensure().text);`;
    const all = await Promise.all([1, 2, 3].map(() => runInChild(code, folder)));
    const { text } = new TokenFile(join(folder, 'token')).ensure();
    for (const { stdout } of all) expect(stdout).toBe(`${text}\n`);
    expect(readdirSync(folder)).toEqual(['token']);
  });

  test('may be one that somebody chose, if it is long enough', () => {
    const file = newFile();
    writeFileSync(file.path, `${GOOD}\n`, { mode: 0o600 });
    expect(file.matches(GOOD)).toBe(true);
    expect(file.matches(`${GOOD}\n`)).toBe(false);
  });

  test('is matched by itself only', () => {
    const file = newFile();
    expect(file.matches('')).toBe(false);
    const { text } = file.ensure();
    expect(file.matches(text)).toBe(true);
    for (const wrong of ['', text.slice(0, -1), `${text} `, text.toUpperCase(), 'x'.repeat(1e6)]) {
      expect(file.matches(wrong)).toBe(false);
    }
  });
});

describe('a rotated token', () => {
  test('is another one, and the old one counts no more', () => {
    const file = newFile();
    const old = file.ensure().text;
    const { text } = file.rotate();
    expect(text).not.toBe(old);
    expect([file.matches(old), file.matches(text)]).toEqual([false, true]);
    expect(readdirSync(join(file.path, '..'))).toEqual(['token']);
  });

  test('takes the place of any file that is unusable', () => {
    const file = newFile();
    writeFileSync(file.path, 'garbage', { mode: 0o666 });
    expect(file.rotate().text).toBe(file.read()?.text);
    const link = newFile();
    symlinkSync(file.path, link.path);
    link.rotate();
    expect(link.read()?.text).not.toBe(file.read()?.text);
  });

  test('is never seen half: a reader has the old one or the new one', async () => {
    const file = newFile();
    file.ensure();
    const child = runInChild(
      `const { TokenFile } = await load('security/auth/index.ts');
       const file = new TokenFile(args);
       for (let i = 0; i < 200; i++) file.rotate();`,
      file.path,
    );
    let over = false;
    void child.then(() => {
      over = true;
    });
    while (!over) {
      expect(file.read()?.text).toMatch(/^aisopod_[A-Za-z0-9_-]{43}$/);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await child).toMatchObject({ code: 0, stderr: '' });
  });

  test('where no file can be made is an error that names the place', () => {
    const folder = newFolder();
    writeFileSync(join(folder, 'home'), '');
    const file = new TokenFile(join(folder, 'home', 'token'));
    for (const act of [() => file.rotate(), () => file.ensure()])
      expect(act).toThrow(/home.*token/);
    mkdirSync(join(folder, 'taken', 'token'), { recursive: true });
    const taken = new TokenFile(join(folder, 'taken', 'token'));
    expect(() => taken.rotate()).toThrow(expect.objectContaining({ code: 'HOME_UNWRITABLE' }));
    expect(readdirSync(join(folder, 'taken'))).toEqual(['token']);
  });
});

describe.skipIf(!posix)('a token file is refused, with what mends it', () => {
  test.each([0o644, 0o640, 0o602, 0o660, 0o610])('with the mode %o', (mode) => {
    const file = newFile();
    const { text } = file.ensure();
    chmodSync(file.path, mode);
    refused(
      file,
      new RegExp(`mode 0${mode.toString(8)}, not 0600.*run: chmod 600 ${file.path}`, 's'),
    );
    chmodSync(file.path, 0o600);
    expect(file.read()?.text).toBe(text);
  });

  test.skipIf(!asRoot)('of another user', () => {
    const file = newFile();
    file.ensure();
    chownSync(file.path, 12345, 12345);
    refused(file, new RegExp(`belongs to user 12345.*after: rm ${file.path}`));
  });

  test.skipIf(asRoot)('that cannot be read', () => {
    const file = newFile();
    file.ensure();
    chmodSync(file.path, 0o000);
    refused(file, /cannot be read \(EACCES\)/);
  });

  test('that is a link, even to a good one', () => {
    const good = newFile();
    good.ensure();
    const file = newFile();
    symlinkSync(good.path, file.path);
    refused(file, /is a link.*aisopod auth rotate/);
  });

  test('that is a folder', () => {
    const file = newFile();
    mkdirSync(file.path);
    refused(file, /is not a file|cannot be read/);
  });

  test.each([
    ['nothing', ''],
    ['too little', 'short'],
    ['two lines', `${GOOD}\n${GOOD}`],
    ['what is no ASCII', `${GOOD}ä`],
    ['too much', 'x'.repeat(10_000)],
  ])('that holds %s', (_, content) => {
    const file = newFile();
    writeFileSync(file.path, content, { mode: 0o600 });
    refused(file, /holds no token.*aisopod auth rotate/);
  });
});
