import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { StepFailed } from '../run.mjs';

/**
 * Packs a folder.
 * @param into where the tarball goes
 * @returns the path of the tarball
 */
export function npmPack(folder, into) {
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', into, folder];
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const { status, stdout, stderr, error } = spawnSync(npm, args, {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new StepFailed(`npm pack ${folder}: ${error?.message ?? stderr}`);
  // npm 12 gives an object by the packages' names instead of a list.
  const [{ filename }] = Object.values(JSON.parse(stdout));
  return join(into, filename.replace('@', '').replace('/', '-'));
}
