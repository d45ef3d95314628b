// What the checks use beyond the compiler that builds the project. The compile matrix of the header uses
// clang for other targets, a C library of 32 bits, and tcc; the lint of the core uses clang's analysis of
// thread safety; the tests of completion use zsh and fish. Called by .ci/run; the tests and the lint name
// what they skip.
import { canLink } from './can-link.mjs';
import { installMissing } from './debian.mjs';
import { canRun } from './run.mjs';

installMissing([
  { packages: ['clang'], found: () => canRun('clang') && canRun('clang++') },
  { packages: ['tcc'], found: () => canRun('tcc', ['-v']) },
  { packages: ['zsh'], found: () => canRun('zsh') },
  { packages: ['fish'], found: () => canRun('fish') },
  { packages: ['gcc-multilib', 'g++-multilib'], found: linksFor32, only: process.arch === 'x64' },
]);

function linksFor32() {
  return canLink('g++', ['-m32'], '#include <cstdlib>\nint main() {}\n');
}
