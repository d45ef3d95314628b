// Installs packages of Debian that a script needs: only as root on a system with apt-get, and it never fails.
import { spawnSync } from 'node:child_process';
import { canRun } from './run.mjs';

/**
 * Installs what is missing, and names what still is missing then.
 * @param wanted packages, found: whether they are there; only: false where they are of no use
 * @returns those that are missing
 */
export function installMissing(wanted) {
  const missing = wanted.filter(({ found, only = true }) => only && !found());
  if (missing.length > 0 && canInstall()) {
    aptGet('update', '-qq');
    for (const { packages } of missing)
      aptGet('install', '-y', '-qq', '--no-install-recommends', ...packages);
  }
  const left = missing.filter(({ found }) => !found());
  for (const { packages } of left) {
    const names = packages.join(' ');
    process.stdout.write(`> skipped: tests that need ${names}. Debian: apt install ${names}\n`);
  }
  return left;
}

function canInstall() {
  return process.platform === 'linux' && process.getuid() === 0 && canRun('apt-get');
}

/** Silent unless it fails; then the last line of what it reported. */
function aptGet(...args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const { status, stderr } = spawnSync('apt-get', args, { env, encoding: 'utf8' });
  if (status === 0) return;
  const why = stderr?.trim().split('\n').at(-1);
  process.stdout.write(`> apt-get ${args[0]} failed: ${why}\n`);
}
