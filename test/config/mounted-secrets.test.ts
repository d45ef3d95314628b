import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../support/compile-library.js';
import { withBuild } from '../support/run-built.js';

withBuild();

const DIST = fileURLToPath(new URL('../../dist', import.meta.url));

/** Runs a program where `folder` is a file system of its own, read-only after `fill`. */
function onReadOnlyMount(folder: string, fill: string, program: string): string {
  const shell = `mount -t tmpfs -o size=64k,mode=755 tmpfs "$1" && cd "$1" && ${fill} &&
    mount -o remount,ro "$1" && exec "$2" --input-type=module -e "$3"`;
  const args = ['-m', 'sh', '-c', shell, 'sh', folder, process.execPath, program];
  return execFileSync('unshare', args, { encoding: 'utf8' });
}

// Only root may mount, and a container may not let it.
const canMount = spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0;

describe.runIf(canMount)('a read-only mount', () => {
  const take = (file: string) => `
    import { takeSecrets } from ${JSON.stringify(join(DIST, 'config/take-secrets.js'))};
    const schema = { properties: { key: { type: 'string', secret: true } } };
    const value = { key: { file: ${JSON.stringify(file)} } };
    const layer = { name: 'config.toml', file: '/h/config.toml', text: '', root: ['plugins', 'a'], value };
    const taken = takeSecrets({ schema }, { layers: [layer], env: {}, plugin: 'a' }).merge({});
    const codes = [...taken.warnings, ...taken.problems].map(({ code }) => code);
    console.log(taken.value.key, ...codes);
  `;

  test.each([
    ['0400', 'abc123\n'],
    ['0444', 'abc123 SECRET_EXPOSED\n'],
    ['0644', 'abc123 SECRET_EXPOSED\n'],
  ])('gives a secret of root with mode %s', (mode, printed) => {
    const folder = temporaryFolder();
    const fill = `printf abc123 > key && chmod ${mode} key`;
    expect(onReadOnlyMount(folder, fill, take(join(folder, 'key')))).toBe(printed);
  });

  test('is what a folder of the home is said to lie on', () => {
    const folder = temporaryFolder();
    const program = `
      import { makeDataDir, resolveHome } from ${JSON.stringify(join(DIST, 'home/paths/index.js'))};
      const home = resolveHome({ home: ${JSON.stringify(folder)}, env: {} });
      try { makeDataDir(home, 'a') } catch ({ code, message }) { console.log(code, message) }
    `;
    const printed = onReadOnlyMount(folder, 'true', program);
    expect(printed).toMatch(/^HOME_UNWRITABLE .*EROFS: the file system is read-only.*--home DIR/);
  });
});
