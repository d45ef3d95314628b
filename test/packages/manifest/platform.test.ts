import { expect, test } from 'vitest';
import {
  CURRENT_PLATFORM,
  libraryStem,
  librarySuffix,
} from '../../../src/packages/manifest/index.js';

test.each([
  ['linux-x64', '.so'],
  ['android-arm64', '.so'],
  ['freebsd-x64', '.so'],
  ['darwin-arm64', '.dylib'],
  ['win32-x64', '.dll'],
])('a library for %s ends in %s', (platform, suffix) => {
  expect(librarySuffix(platform)).toBe(suffix);
});

test('the stem of a library is its name without the suffix of any platform, in any case', () => {
  for (const name of ['calc.so', 'calc.dylib', 'calc.dll', 'calc.DLL', 'calc']) {
    expect(libraryStem(name)).toBe('calc');
  }
  expect(libraryStem('libcalc.2.so')).toBe('libcalc.2');
  expect(libraryStem('.so')).toBe('.so');
});

test('this platform is named as Node.js names it', () => {
  expect(CURRENT_PLATFORM).toBe(`${process.platform}-${process.arch}`);
});
