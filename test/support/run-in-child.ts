import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const DIST = new URL('../../dist/', import.meta.url).href;

export interface ChildResult {
  /** Exit code, null when a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs JavaScript in a process of its own, for what would spoil this one. Its file calls withBuild().
 * @param code a module; `await load('abi/index.ts')` gives it a module of src as it was built, `args` is
 * at hand
 * @param args anything that JSON can hold
 * @param limitMs the child is killed after that many milliseconds
 */
export function runInChild(code: string, args: unknown, limitMs = 30_000): Promise<ChildResult> {
  const prelude = `
    const load = (path) => import(${JSON.stringify(DIST)} + path.replace(/ts$/, 'js'));
    const args = ${JSON.stringify(args)};
  `;
  return runModule(prelude + code, limitMs);
}

/** Runs a module, given as text, in a process of its own. */
export function runModule(code: string, limitMs = 30_000): Promise<ChildResult> {
  return runNode(['--input-type=module', '-e', code], {}, limitMs);
}

/**
 * Runs a file of JavaScript in a process of its own.
 * @param env added to the environment
 */
export function runFile(
  path: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  limitMs = 30_000,
): Promise<ChildResult> {
  return runNode([path, ...args], env, limitMs);
}

function runNode(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  limitMs: number,
): Promise<ChildResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd: fileURLToPath(new URL('../..', import.meta.url)),
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: limitMs,
      killSignal: 'SIGKILL',
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', (status, signal) => resolve({ code: status, signal, stdout, stderr }));
  });
}
