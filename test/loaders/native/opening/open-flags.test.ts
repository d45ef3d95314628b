import { constants } from 'node:os';
import { expect, test } from 'vitest';
import {
  dlopenFlags,
  LOAD_LIBRARY_FLAGS,
  noLoadFlag,
} from '../../../../src/loaders/native/opening/open-flags.js';

test('dlopen gets RTLD_NOW, RTLD_LOCAL and RTLD_NODELETE in the numbers of its system', () => {
  expect(dlopenFlags('linux')).toBe(0x1002);
  expect(dlopenFlags('freebsd')).toBe(0x1002);
  expect(dlopenFlags('darwin')).toBe(0x86);
});

test.skipIf(process.platform === 'win32')('these are the numbers of this system', () => {
  const { RTLD_NOW = 0, RTLD_LOCAL = 0, RTLD_GLOBAL = 0 } = constants.dlopen;
  const flags = dlopenFlags(process.platform);
  expect(flags & (RTLD_NOW | RTLD_LOCAL)).toBe(RTLD_NOW | RTLD_LOCAL);
  expect(flags & RTLD_GLOBAL).toBe(0);
});

test('RTLD_NOLOAD has the number of its system, or none', () => {
  const systems = ['linux', 'darwin', 'freebsd', 'aix'] as const;
  expect(systems.map(noLoadFlag)).toEqual([0x4, 0x10, 0x2000, 0]);
});

test('LoadLibraryExW looks beside the library and in the system only', () => {
  expect(LOAD_LIBRARY_FLAGS).toBe(0x1100);
});
