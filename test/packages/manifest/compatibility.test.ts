import { expect, test } from 'vitest';
import { checkCompatibility, type HostFacts } from '../../../src/packages/manifest/index.js';
import { MINIMAL, reading } from './write-manifest.js';

const HOST: HostFacts = {
  hostVersion: '0.1.0',
  platform: 'linux-x64',
  abiMajor: 1,
  abiMinor: 0,
  features: ['telegram'],
};
const check = (lines: string, host: Partial<HostFacts> = {}, text = MINIMAL) => {
  const { manifest, errors } = reading(`${text}[compatibility]\n${lines}\n`);
  expect(errors).toEqual([]);
  return manifest && checkCompatibility(manifest, { ...HOST, ...host });
};

test('a manifest that asks for nothing fits', () => {
  expect(check('')).toBeNull();
});

test.each([
  ['platforms = ["win32-x64", "darwin-arm64"]', 'PLATFORM_UNSUPPORTED', 'win32-x64', 'linux-x64'],
  ['host = ">=2.0.0"', 'HOST_VERSION', '>=2.0.0', '0.1.0'],
  [
    'max_host_version = "0.1.0"\nhost = "<0.1.0 || 7"\nmin_host_version = "0.0.1"',
    'HOST_VERSION',
    '<0.1.0',
    '0.1.0',
  ],
  ['abi = "2"', 'ABI_MAJOR', '2.0', '1.0'],
  ['abi = "1.3"', 'ABI_MINOR', '1.3', '1.0'],
  ['features = ["telegram", "discord"]', 'FEATURE_MISSING', 'discord', 'telegram'],
])('%s is refused with both sides and what to do', (lines, code, one, other) => {
  const error = check(lines);
  expect(error?.code).toBe(code);
  expect(error?.message).toContain(one);
  expect(error?.message).toContain(other);
  expect(error?.message).toMatch(/(Take|Install|Build|Switch)/);
  expect(error?.details).toMatchObject({
    id: 'calc',
    found: expect.anything(),
    expected: expect.anything(),
  });
});

test('an older minor of the ABI fits a newer host', () => {
  expect(check('abi = "1.2"', { abiMinor: 5 })).toBeNull();
});

test('the version of the plugin is compared with nothing', () => {
  const text = MINIMAL.replace('1.2.3', '9.9.9');
  expect(check('host = ">=0.1.0 <1.0.0"', {}, text)).toBeNull();
  expect(check('host = "^9.9.9"', {}, text)?.code).toBe('HOST_VERSION');
});

test.each([
  'host = "^1.0.0"',
  'host = ">=1.0.0"',
  'host = "1.0.0"',
  'host = "^1"',
  'host = "1.x"',
  'host = "*"',
  'host = "1.0.0 - 1.9.0"',
  'host = ">=1.0.0-0"',
  'host = "^0.9.0 || ^1.0.0"',
  'host = "^1.0.0-beta.1"',
  'host = ">=1.0.0-alpha <1.0.0"',
  'min_host_version = "1.0.0"',
  'max_host_version = "1.0.0"',
  'host = "^1.0.0"\nmin_host_version = "1.0.0-beta.1"',
])('%s takes the host 1.0.0-beta.1', (lines) => {
  expect(check(lines, { hostVersion: '1.0.0-beta.1' })).toBeNull();
});

test.each([
  'host = "<1.0.0"',
  'host = "^0.9.0"',
  'host = ">=1.0.1"',
  'host = "^1.0.0-beta.2"',
  'host = ">1.0.0-beta.1 <1.0.0"',
  'min_host_version = "1.0.0-beta.2"',
  'max_host_version = "1.0.0-alpha"',
])('%s refuses the host 1.0.0-beta.1', (lines) => {
  expect(check(lines, { hostVersion: '1.0.0-beta.1' })?.code).toBe('HOST_VERSION');
});

test('a range of one major refuses a pre-release of the next', () => {
  expect(check('host = "^1.0.0"', { hostVersion: '2.0.0-beta.1' })?.code).toBe('HOST_VERSION');
});

test('a table of entries without this platform does not fit', () => {
  const text = MINIMAL.replace('"calc.so"', '{ win32-x64 = "calc.dll" }');
  expect(check('', {}, text)?.code).toBe('PLATFORM_UNSUPPORTED');
});
