// Runs commands for the other scripts, with output that says what is going on.
import { spawnSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** A step failed, and what it printed says why. */
export class StepFailed extends Error {}

/** Runs a program of node_modules. */
export function runTool(title, tool, args, options) {
  run(title, process.execPath, [join(ROOT, 'node_modules', ...tool), ...args], options);
}

/**
 * Runs a command.
 * @param title what it does; printed before it
 * @param options quiet: its output is shown only when it fails; env: added to the environment; cwd: its
 *   folder, the root of the repository by default
 * @throws StepFailed when it does not end with 0
 */
export function run(title, command, args, { quiet = false, env = {}, cwd = ROOT } = {}) {
  process.stdout.write(`> ${title}\n`);
  const begin = performance.now();
  const result = spawnSync(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: quiet ? ['ignore', 'pipe', 'pipe'] : 'inherit',
    maxBuffer: 256 * 1024 * 1024,
  });
  keepTime(title, performance.now() - begin);
  if (result.error === undefined && result.status === 0) return;
  if (quiet) process.stderr.write(Buffer.concat([result.stdout ?? [], result.stderr ?? []].flat()));
  const why =
    result.error?.message ?? (result.signal === null ? `status ${result.status}` : result.signal);
  throw new StepFailed(`${title}: ${command} ended with ${why}`);
}

/** Adds a line to the file of AISOPOD_STEP_TIMES, where .ci/run reads how long each step took. */
function keepTime(title, ms) {
  const file = process.env.AISOPOD_STEP_TIMES;
  if (file) appendFileSync(file, `${(ms / 1000).toFixed(1).padStart(8)} s  ${title}\n`);
}

/** Whether a command can be started. */
export function canRun(command, args = ['--version']) {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

/** The main function of a script: a failed step is one line, anything else is a bug. */
export async function main(body) {
  try {
    await body();
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    process.stderr.write(`\n${error.message}\n`);
    process.exitCode = 1;
  }
}
