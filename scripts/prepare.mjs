// Brings a checkout to where it can run: dependencies, native parts, TypeScript. What is up to date
// is left alone.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, run, runTool, StepFailed } from './run.mjs';

const MINIMUM_NODE = [20, 19];

export async function prepare() {
  checkNode();
  install();
  await buildAll();
}

/** Builds the TypeScript, and with what it says the native parts. */
export async function buildAll() {
  runTool('build the TypeScript', ['typescript', 'bin', 'tsc'], ['-p', 'tsconfig.json']);
  await buildNative('build/node');
}

/**
 * Builds the native parts with the addon, by cmake-js; the TypeScript has to be built.
 * @param build the folder, relative to the root
 * @param options for CMake, such as `-DAISOPOD_SANITIZE=address`
 * @param target the one to build; all by default
 */
export async function buildNative(build, options = [], target = undefined) {
  const { missingTools } = await import('../dist/cli/build-addon/index.js');
  const missing = missingTools(process.env);
  if (missing.length > 0) {
    throw new StepFailed(`This machine lacks:\n${missing.map((each) => `  - ${each}`).join('\n')}`);
  }
  const settings = options.map((option) => option.replace(/^-D/, '--CD'));
  const only = target === undefined ? [] : ['--target', target];
  const args = ['compile', '--out', build, ...settings, ...only];
  runTool(`build the native parts: ${build}`, ['cmake-js', 'bin', 'cmake-js'], args, {
    quiet: true,
  });
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > MINIMUM_NODE[0] || (major === MINIMUM_NODE[0] && minor >= MINIMUM_NODE[1])) return;
  throw new StepFailed(
    `aisopod needs Node.js ${MINIMUM_NODE.join('.')} or newer; this is ${process.version}. https://nodejs.org`,
  );
}

/** `npm ci`, when the lock file is another than the one that node_modules was made from. */
export function install() {
  const stamp = join(ROOT, 'node_modules', '.installed-from');
  const hash = createHash('sha256')
    .update(readFileSync(join(ROOT, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return;
  const npm = process.env.npm_execpath;
  const args = ['ci', '--no-audit', '--no-fund'];
  if (npm?.endsWith('.js'))
    run('install the dependencies', process.execPath, [npm, ...args], { quiet: true });
  else
    run('install the dependencies', process.platform === 'win32' ? 'npm.cmd' : 'npm', args, {
      quiet: true,
    });
  writeFileSync(stamp, hash);
}
