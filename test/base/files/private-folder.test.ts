import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  isOurs,
  makeFolder,
  makeOwnFolder,
  makePrivateFolder,
} from '../../../src/base/files/index.js';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'aisopod-folder-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const modeOf = (path: string) => statSync(path).mode & 0o777;

describe.runIf(process.platform !== 'win32')('a private folder', () => {
  test.each([makePrivateFolder, makeOwnFolder])('is made with what is above it: %o', (make) => {
    const path = join(dir, 'a', 'b');
    make(path);
    expect([modeOf(path), modeOf(join(dir, 'a'))]).toEqual([0o700, 0o700]);
  });

  test.each([makePrivateFolder, makeOwnFolder])('is closed to others: %o', (make) => {
    const path = join(dir, 'open');
    mkdirSync(path);
    chmodSync(path, 0o777);
    expect(isOurs(statSync(path))).toBe(false);
    make(path);
    expect([modeOf(path), isOurs(statSync(path))]).toEqual([0o700, true]);
  });

  test('may be a link, unless it must be our own', () => {
    const link = join(dir, 'link');
    symlinkSync(dir, link);
    makePrivateFolder(link);
    expect(makeOwnFolder(link)).toBe('is a link');
  });

  test('is not made where a file is', () => {
    const file = join(dir, 'file');
    writeFileSync(file, '');
    expect(makeOwnFolder(file)).toBe('is a file');
    expect(() => makePrivateFolder(file)).toThrow(expect.objectContaining({ code: 'EEXIST' }));
  });

  test('says why it cannot be made', () => {
    const file = join(dir, 'file');
    writeFileSync(file, '');
    expect(() => makeFolder(join(file, 'a'))).toThrow(expect.objectContaining({ code: 'ENOTDIR' }));
    symlinkSync(join(dir, 'nowhere'), join(dir, 'dangling'));
    const below = join(dir, 'dangling', 'a');
    expect(() => makeFolder(below)).toThrow(expect.objectContaining({ code: 'EEXIST' }));
  });

  test.runIf(process.platform === 'linux')(
    'is not tried without end where none can be made',
    () => {
      expect(() => makeFolder('/proc/aisopod/a')).toThrow(
        expect.objectContaining({ code: 'ENOENT' }),
      );
    },
  );
});
