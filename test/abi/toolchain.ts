import { execFile, spawnSync } from 'node:child_process';
import { readdirSync, realpathSync } from 'node:fs';
import { basename, delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { test } from 'vitest';
import { checkKey, keepOutput, outputOf } from '../support/check-cache.js';

const execute = promisify(execFile);

/** A compiler of C and, where its C++ half is installed, of C++. */
export interface Compiler {
  readonly name: string;
  readonly family: 'gcc' | 'clang';
  readonly command: string;
}

/** Each gcc and clang on the path, once, whatever number of names it has. */
export const COMPILERS: readonly Compiler[] = findCompilers();

export const GCC = COMPILERS.find(({ family }) => family === 'gcc');
export const CLANGS = COMPILERS.filter(({ family }) => family === 'clang');

/** The tiny C compiler, which knows C99 and none of the extensions of the other two. */
export const TCC = spawnSync('tcc', ['-v'], { stdio: 'ignore' }).status === 0 ? 'tcc' : null;

function findCompilers(): Compiler[] {
  const found = new Map<string, Compiler>();
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    for (const name of list(folder)) {
      const family = /^(gcc|clang)(?:-\d+)?$/.exec(name)?.[1] as Compiler['family'] | undefined;
      if (family === undefined) continue;
      const command = join(folder, name);
      const program = programOf(command);
      const known = found.get(program);
      if (known === undefined || known.name.length > name.length)
        found.set(program, { name, family: isClang(command) ? 'clang' : family, command });
    }
  }
  return [...found.values()].sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // a folder of the path that does not exist
  }
}

/** What a name leads to; not for a wrapper like ccache, which goes by the name that it is called by. */
function programOf(command: string): string {
  const program = realpathSync(command);
  return /gcc|clang/.test(basename(program)) ? program : command;
}

/** On macOS, gcc is a name of clang. */
function isClang(command: string): boolean {
  return spawnSync(command, ['--version'], { encoding: 'utf8' }).stdout?.includes('clang') ?? false;
}

/** Whether the compiler takes these arguments with an empty program from stdin. */
export function accepts(compiler: Compiler, language: 'c' | 'c++', ...flags: string[]): boolean {
  const args = [...flags, '-x', language, '-fsyntax-only', '-'];
  const key = checkKey(compiler.command, args);
  if (outputOf(key) !== undefined) return true;
  const { status } = spawnSync(compiler.command, args, { input: '', stdio: 'pipe' });
  if (status === 0) keepOutput(key, '');
  return status === 0;
}

/**
 * Runs a compiler that writes no file, like run(), or returns what it printed when it accepted the
 * same files with the same flags.
 */
export async function check(command: string, args: readonly string[]): Promise<string> {
  const key = checkKey(command, args);
  const known = outputOf(key);
  if (known !== undefined) return known;
  const output = await run(command, args);
  keepOutput(key, output);
  return output;
}

/** Whether it links programs with these flags, and this machine runs them. */
export function runsPrograms(
  command: string,
  language: 'c' | 'c++',
  program: string,
  ...flags: string[]
): boolean {
  const args = [...flags, '-x', language, '-o', program, '-'];
  const input = `#include <stdlib.h>\nint main(void) { return EXIT_SUCCESS; }\n`;
  const built = spawnSync(command, args, { input, stdio: 'pipe' });
  return built.status === 0 && spawnSync(program, { stdio: 'ignore' }).status === 0;
}

/** How many compilers run at once. */
const PARALLEL = 2;
const waiting: (() => void)[] = [];
let running = 0;

/**
 * Runs a command, two at most at a time.
 * @returns what it printed, stdout and then stderr
 * @throws Error with its command line and its output, if it does not end with 0
 */
export async function run(command: string, args: readonly string[]): Promise<string> {
  if (running < PARALLEL) running++;
  else await new Promise<void>((resolve) => waiting.push(resolve)); // takes over a place
  try {
    const { stdout, stderr } = await execute(command, args, { encoding: 'utf8' });
    return stdout + stderr;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    const output = `${stdout}${stderr}`.trim() || String(error);
    throw new Error(`${command} ${args.join(' ')}\n${output}`);
  } finally {
    const next = waiting.shift();
    if (next === undefined) running--;
    else next();
  }
}

/**
 * Reports a part of the tests as skipped: as a test, and in a line that is shown in any case.
 * @param what what is missing, what is therefore not tested, and how to install it
 */
export function skipPart(what: string): void {
  process.stderr.write(`> skipped: ${what}\n`);
  test.skip(what, () => {});
}
