import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { noexecError } from '../../../../src/loaders/native/opening/noexec-error.js';
import { temporaryFolder } from '../../../support/compile-library.js';
import { makePlugin } from '../../../support/plugin-folder.js';
import { withBuild } from '../../../support/run-built.js';

withBuild();

const UNMAPPED = 'failed to map segment from shared object';
const mount =
  (...options: string[]) =>
  () => ({ point: '/t', options });

test.each([UNMAPPED, 'Error loading shared library /t/c/x.so: Operation not permitted'])(
  'a copy on a file system without exec is refused with what to do: %s',
  (words) => {
    const error = noexecError('/p/x.so', '/t/c/copies/k/0/x.so', words, mount('rw', 'noexec'));
    expect(error?.code).toBe('COPY_CACHE');
    expect(error?.message).toContain(
      '/t/c/copies/k/0, and the file system at /t is mounted noexec',
    );
    expect(error?.message).toContain('AISOPOD_CACHE=DIR');
    expect(error?.message).toContain('--tmpfs /tmp:exec');
    expect(error?.details).toMatchObject({ path: '/p/x.so', mount: '/t', system: words });
  },
);

test('a copy that cannot be mapped for another reason is not blamed on the file system', () => {
  expect(noexecError('/p/x.so', '/t/x.so', UNMAPPED, mount('rw'))).toBeNull();
  expect(noexecError('/p/x.so', '/t/x.so', 'undefined symbol: f', mount('noexec'))).toBeNull();
  expect(noexecError('/p/x.so', '/t/x.so', UNMAPPED, () => null)).toBeNull();
});

/** How this user gets a mount table of its own; null: it may not. */
const unshare = [['-m'], ['-rm']].find(
  (args) => spawnSync('unshare', [...args, 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0,
);

test.runIf(unshare !== undefined)(
  'a home on such a file system fails plugins with the way out',
  () => {
    const root = temporaryFolder();
    makePlugin(`${root}/plugins`, { id: 'good', source: 'calls.c' });
    const cli = fileURLToPath(new URL('../../../../dist/cli/main.js', import.meta.url));
    const run = (...env: string[]) => {
      const script = 'mount -t tmpfs -o noexec tmpfs /mnt && exec "$@"';
      const command = [
        'bash',
        '-c',
        script,
        '-',
        'env',
        `AISOPOD_PLUGIN_PATHS=${root}/plugins`,
        ...env,
      ];
      const args = [process.execPath, cli, '--home', '/mnt/home', 'plugins', 'list', '--json'];
      const { stdout } = spawnSync('unshare', [...(unshare ?? []), ...command, ...args]);
      return JSON.parse(stdout.toString()).plugins[0];
    };
    const failed = run();
    expect(failed.state).toBe('failed_load');
    expect(failed.reason).toMatch(/\/mnt\/home\/cache\/copies.*noexec/);
    expect(run(`AISOPOD_CACHE=${root}/cache`).state).toBe('active');
  },
);
