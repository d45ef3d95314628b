import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  isReadOnlyMount,
  judgeReaders,
  readPrivateFile,
} from '../../../src/base/files/private-file.js';
import { temporaryFolder } from '../../support/compile-library.js';

const READER = { user: 1000, groups: [1000, 2000] };
const judged = (uid: number, gid: number, mode: number, readOnly = false, reader = READER) => {
  const found = judgeReaders(
    '/run/key',
    { uid, gid, mode: 0o100000 | mode },
    reader,
    () => readOnly,
  );
  if (found === null) return 'private';
  return 'exposed' in found ? `exposed: ${found.exposed}` : `refused: ${found.mend}`;
};

describe('who may read a private file', () => {
  test.each([
    ['its user alone', 1000, 1000, 0o600],
    ['root, and the user through a group (Kubernetes with fsGroup)', 0, 2000, 0o440],
    ['root, and the user through a group, writable for root', 0, 2000, 0o640],
    ['its user and a group of it, and no one may write', 1000, 1000, 0o440],
    ['its user alone, without a right to write', 1000, 1000, 0o400],
  ])('%s: private', (_, uid, gid, mode) => {
    expect(judged(uid, gid, mode)).toBe('private');
  });

  test.each([
    ['a group of the user, which the user could change', 1000, 1000, 0o640, 'chmod 600 /run/key'],
    ['every user', 1000, 1000, 0o444, 'chmod 600 /run/key'],
    [
      'a group without the user',
      0,
      3000,
      0o440,
      'sudo chown 1000 /run/key && sudo chmod 600 /run/key',
    ],
    [
      'every user, of a file of root',
      0,
      0,
      0o444,
      'sudo chown 1000 /run/key && sudo chmod 600 /run/key',
    ],
    ['another user', 1001, 1001, 0o400, 'sudo chown 1000 /run/key'],
    [
      'a group that may write',
      0,
      2000,
      0o660,
      'sudo chown 1000 /run/key && sudo chmod 600 /run/key',
    ],
  ])('%s: refused, with the command that mends it', (_, uid, gid, mode, mend) => {
    expect(judged(uid, gid, mode)).toBe(`refused: ${mend}`);
  });

  test('a file of root on a read-only mount that all may read is exposed', () => {
    const every = 'exposed: every user of this machine may read it';
    expect(judged(0, 0, 0o444, true)).toBe(`${every} (mode 0444)`);
    expect(judged(0, 0, 0o644, true)).toBe(`${every} (mode 0644)`);
    expect(judged(0, 0, 0o444, true, { user: 0, groups: [0] })).toBe(`${every} (mode 0444)`);
    expect(judged(0, 3000, 0o440, true, { user: 0, groups: [0] })).toBe(
      'exposed: group 3000 may read it (mode 0440)',
    );
  });

  test.each([
    ['of another user', 1001, 0o444],
    ['that every user may write', 0, 0o666],
  ])('a file %s stays refused on a read-only mount', (_, uid, mode) => {
    expect(judged(uid, 0, mode, true)).toMatch(/^refused/);
  });
});

describe('the table of mounts', () => {
  const line = (id: number, options: string, own: string) =>
    `${id} 29 0:45 / /run/secrets/a\\040b ${options} shared:7 - tmpfs tmpfs ${own}`;

  test.each([
    ['rw,nosuid', 'rw,size=64k', false],
    ['ro,nosuid', 'rw,size=64k', true],
    ['rw,nosuid', 'ro,size=64k', true],
    ['relatime', 'rw,errors=remount-ro', false],
  ])('a mount %s of a file system %s is read-only: %s', (options, own, expected) => {
    const table = `${line(4, 'ro', 'ro')}\n${line(43, options, own)}\n`;
    expect(isReadOnlyMount('pos:\t0\nflags:\t0100000\nmnt_id:\t43\n', table)).toBe(expected);
  });

  test('a mount that is not listed is not taken for a read-only one', () => {
    expect(isReadOnlyMount('mnt_id:\t44\n', line(43, 'ro', 'ro'))).toBe(false);
    expect(isReadOnlyMount('pos:\t0\n', line(43, 'ro', 'ro'))).toBe(false);
  });
});

test.runIf(process.platform !== 'win32')(
  'a file of mode 0440 and a group of this process is read',
  () => {
    const file = join(temporaryFolder(), 'key');
    writeFileSync(file, 'abc123');
    chmodSync(file, 0o440);
    expect(readPrivateFile(file)).toEqual({
      text: 'abc123',
      exposed: null,
      found: null,
      mend: null,
    });
  },
);
