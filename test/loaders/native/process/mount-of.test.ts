import { expect, test } from 'vitest';
import { mountOf } from '../../../../src/loaders/native/process/mount-of.js';

const TABLE = String.raw`22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
30 22 0:26 / /nowhere rw,nosuid,noexec shared:5 - tmpfs tmpfs rw
31 30 0:27 / /nowhere/with\040blank rw - tmpfs tmpfs rw,size=1k
32 22 0:28 / /no rw,noexec - tmpfs tmpfs rw
33 30 0:29 / /nowhere/gr\303\266\303\237e ro - tmpfs tmpfs rw
34 22 0:30 / /twice rw,noexec - tmpfs tmpfs rw
35 34 0:31 / /twice rw - tmpfs tmpfs rw
`;

test.each([
  ['/nowhere/a/b', '/nowhere', ['rw', 'nosuid', 'noexec']],
  ['/nowhere', '/nowhere', ['rw', 'nosuid', 'noexec']],
  ['/nowhere/with blank/x', '/nowhere/with blank', ['rw']],
  ['/nowhere/größe/x', '/nowhere/größe', ['ro']],
  ['/nowhereelse/x', '/', ['rw', 'relatime']],
  ['/twice/x', '/twice', ['rw']],
])('%s is on the file system at %s', (path, point, options) => {
  expect(mountOf(path, TABLE)).toEqual({ point, options });
});

test('a path is on no known file system without a table', () => {
  expect(mountOf('/x', '')).toBeNull();
});

test.runIf(process.platform === 'linux')('the mount of /proc is known', () => {
  expect(mountOf('/proc/self')?.point).toBe('/proc');
});
