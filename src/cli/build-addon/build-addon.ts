import { spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { access, copyFile, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { BUILT_ADDON, PACKAGE_FOLDER } from '../../base/addon.js';
import { AisopodError } from '../../base/errors/index.js';
import { HOST_VERSION } from '../../base/version.js';
import { type BuildStep, cmakeSteps } from './cmake-steps.js';
import { missingTools } from './machine.js';

/** How much of the output of a compiler a message quotes. */
const LAST_LINES = 20;

/**
 * Compiles the native addon from the sources of the package, in a temporary folder, and tries it in a
 * process of its own before it takes the place of another.
 * @param file where it is put
 * @param env where compilers are looked up, and what they get
 * @param onStep receives what is done next
 * @throws AisopodError BUILD_FAILED when a tool is missing, a compiler fails, the addon that was built
 *   cannot be loaded, or the file cannot be written
 */
export async function buildAddon(
  file: string,
  env: NodeJS.ProcessEnv,
  onStep: (title: string) => Promise<void>,
): Promise<void> {
  const missing = missingTools(env);
  if (missing.length > 0) {
    throw buildFailed(
      `This machine lacks what the native addon is built with:\n${missing.map((each) => `  - ${each}`).join('\n')}\n` +
        'Run again, once they are installed: aisopod build-addon',
      { missing },
    );
  }
  await makeWritable(dirname(file), file);
  const build = await mkdtemp(join(tmpdir(), 'aisopod-addon-'));
  try {
    const made = join(build, 'Release', 'aisopod.node');
    for (const step of [...steps(build), trial(made)]) {
      await onStep(step.title);
      await execute(step, env);
    }
    await onStep(`put it into ${file}`);
    await replace(made, file);
  } finally {
    await rm(build, { recursive: true, force: true });
  }
}

function steps(build: string): BuildStep[] {
  try {
    return cmakeSteps({ source: PACKAGE_FOLDER, build, target: 'aisopod' });
  } catch (cause) {
    throw buildFailed(
      `The headers of Node-API are not installed next to ${PACKAGE_FOLDER}: ${(cause as Error).message}. ` +
        'Install the dependencies of aisopod with: npm install',
      {},
      cause,
    );
  }
}

/** Loads the addon where it can do no harm. */
function trial(made: string): BuildStep {
  const code = 'if (require(process.argv[1]).version !== process.argv[2]) process.exit(1)';
  return {
    title: 'load the addon for a trial',
    command: process.execPath,
    args: ['-e', code, made, HOST_VERSION],
  };
}

async function makeWritable(folder: string, file: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
  } catch (cause) {
    throw unwritable(file, cause);
  }
}

/** A process that has the old file open keeps it. */
async function replace(made: string, file: string): Promise<void> {
  const beside = `${file}.${process.pid}`;
  try {
    await copyFile(made, beside);
    await rename(beside, file);
  } catch (cause) {
    await rm(beside, { force: true });
    throw unwritable(file, cause);
  }
}

function unwritable(file: string, cause: unknown): AisopodError {
  const { code = 'unknown' } = cause as NodeJS.ErrnoException;
  const elsewhere =
    file === BUILT_ADDON
      ? 'Run the command as the owner of that folder, or build into a file of yours, which AISOPOD_ADDON then ' +
        'has to name, with: aisopod build-addon "$HOME/aisopod.node"'
      : 'Give another file, as in: aisopod build-addon "$HOME/aisopod.node"';
  return buildFailed(
    `The native addon cannot be written to ${file} (${code}). ${elsewhere}`,
    { file, errno: code },
    cause,
  );
}

/** Runs a step. What it prints is shown when it fails. */
async function execute({ title, command, args }: BuildStep, env: NodeJS.ProcessEnv): Promise<void> {
  const { output, status } = await new Promise<{ output: string; status: string }>((resolve) => {
    const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const gather = (text: string) => {
      output += text;
    };
    child.stdout.setEncoding('utf8').on('data', gather);
    child.stderr.setEncoding('utf8').on('data', gather);
    child.on('error', ({ message }) => resolve({ output, status: message }));
    child.on('close', (code, signal) => resolve({ output, status: signal ?? `status ${code}` }));
  });
  if (status === 'status 0') return;
  const last = output.trimEnd().split('\n').slice(-LAST_LINES).join('\n');
  throw buildFailed(
    `The native addon cannot be built: "${title}" ended with ${status}.\n${last}\n` +
      'Fix what is named above, and run again: aisopod build-addon',
    { step: title, output: last },
  );
}

function buildFailed(message: string, details: object, cause?: unknown): AisopodError {
  const options = cause === undefined ? { details } : { details, cause };
  return new AisopodError('BUILD_FAILED', message, options);
}
