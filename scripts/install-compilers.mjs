// What the checks use beyond the compiler that builds the project. The compile matrix of the header uses
// clang for other targets, a C library of 32 bits, and tcc; the lint of the core uses clang's analysis of
// thread safety; the tests of completion use zsh and fish. Called by .ci/run; installs only as root on a system with apt-get, and never fails:
// the tests and the lint name what they skip.
import { spawnSync } from 'node:child_process';
import { canLink } from './can-link.mjs';
import { canRun } from './run.mjs';

const WANTED = [
  { packages: ['clang'], found: () => canRun('clang') && canRun('clang++') },
  { packages: ['tcc'], found: () => canRun('tcc', ['-v']) },
  { packages: ['zsh'], found: () => canRun('zsh') },
  { packages: ['fish'], found: () => canRun('fish') },
  { packages: ['gcc-multilib', 'g++-multilib'], found: linksFor32, only: process.arch === 'x64' },
];

const missing = WANTED.filter(({ found, only = true }) => only && !found());
if (missing.length > 0 && canInstall()) {
  aptGet('update', '-qq');
  for (const { packages } of missing)
    aptGet('install', '-y', '-qq', '--no-install-recommends', ...packages);
}
for (const { packages, found } of missing) {
  if (found()) continue;
  const names = packages.join(' ');
  process.stdout.write(`> skipped: tests that need ${names}. Debian: apt install ${names}\n`);
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

function linksFor32() {
  return canLink('g++', ['-m32'], '#include <cstdlib>\nint main() {}\n');
}
