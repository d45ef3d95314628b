// The headers and libraries of Debian 11 (glibc 2.31, gcc 10), which a prebuilt addon is linked against so that
// it runs on older systems than the one that builds it. They come from Debian's archive through apt-get, which
// checks their signatures, into a folder of the checkout; nothing is installed.
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { canRun, ROOT, run } from '../run.mjs';

const RELEASE = 'bullseye';
const PACKAGES = [
  ...['libc6', 'libc6-dev', 'linux-libc-dev'],
  ...['libgcc-s1', 'libgcc-10-dev', 'libstdc++6', 'libstdc++-10-dev'],
];
const FOLDER = join(ROOT, 'build', `sysroot-${RELEASE}`);

/** Says why this machine cannot have the folder; null when it can. */
export function whyNoOldGlibc() {
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'it is for Linux x64 only';
  if (!canRun('clang++')) return 'clang++ is not installed';
  if (!canRun('apt-get') || !canRun('dpkg-deb')) return 'apt-get is not here';
  return null;
}

/**
 * Makes the folder, or takes the one that is there.
 * @returns arguments for CMake that build against it
 * @throws StepFailed when the archive of Debian cannot be reached
 */
export function oldGlibc() {
  if (!existsSync(join(FOLDER, 'complete'))) make();
  return ['-DCMAKE_C_COMPILER=clang', '-DCMAKE_CXX_COMPILER=clang++', `-DCMAKE_SYSROOT=${FOLDER}`];
}

function make() {
  rmSync(FOLDER, { recursive: true, force: true });
  const apt = join(FOLDER, 'apt');
  for (const folder of ['lists/partial', 'cache/archives/partial', 'debs']) {
    mkdirSync(join(apt, folder), { recursive: true });
  }
  writeFileSync(join(apt, 'status'), '');
  const key = '/usr/share/keyrings/debian-archive-keyring.gpg';
  const signed = existsSync(key) ? `[signed-by=${key}] ` : '';
  writeFileSync(
    join(apt, 'sources.list'),
    `deb ${signed}http://deb.debian.org/debian ${RELEASE} main\n`,
  );
  const settings = [
    `Dir::Etc::sourcelist=${apt}/sources.list`,
    'Dir::Etc::sourceparts=-',
    `Dir::State::lists=${apt}/lists`,
    `Dir::State::status=${apt}/status`,
    `Dir::Cache=${apt}/cache`,
    'APT::Architecture=amd64',
    'APT::Sandbox::User=root', // the folder belongs to whom the checkout belongs to
  ].flatMap((setting) => ['-o', setting]);
  const quiet = { quiet: true, cwd: join(apt, 'debs') };
  run(`list the packages of Debian ${RELEASE}`, 'apt-get', [...settings, 'update'], quiet);
  run(`fetch its C and C++ library`, 'apt-get', [...settings, 'download', ...PACKAGES], quiet);
  for (const file of readdirSync(join(apt, 'debs'))) {
    run(`unpack ${file}`, 'dpkg-deb', ['-x', join(apt, 'debs', file), FOLDER], { quiet: true });
  }
  for (const link of linksBelow(FOLDER)) pointInside(link);
  rmSync(apt, { recursive: true });
  writeFileSync(join(FOLDER, 'complete'), '');
}

function linksBelow(folder) {
  const { stdout } = spawnSync('find', [folder, '-type', 'l'], { encoding: 'utf8' });
  return stdout.split('\n').filter((line) => line !== '');
}

/** The links of Debian begin at the root of the system. */
function pointInside(link) {
  const target = readlinkSync(link);
  if (!target.startsWith('/')) return;
  rmSync(link);
  symlinkSync(join(FOLDER, target), link);
}
