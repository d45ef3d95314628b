import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll } from 'vitest';
import { type ChildResult, runModule } from './run-in-child.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SRC = join(ROOT, 'src');
const BUILD_INFO = join(ROOT, 'build', 'tsconfig.tsbuildinfo');

/**
 * Runs JavaScript in a process of its own, on the package that was built. Its file calls withBuild().
 * @param code a module; PluginHost and `args` are at hand, and DIST, the address of the package
 * @param limitMs as in runInChild()
 */
export function runBuilt(code: string, args: unknown, limitMs?: number): Promise<ChildResult> {
  const dist = new URL('../../dist/index.js', import.meta.url).href;
  const prelude = `
    import { PluginHost } from ${JSON.stringify(dist)};
    const DIST = ${JSON.stringify(dist)};
    const args = ${JSON.stringify(args)};
  `;
  return runModule(prelude + code, limitMs);
}

/** Builds the TypeScript before the tests of a file, unless the last build is newer than all of src. */
export function withBuild(): void {
  beforeAll(() => {
    const before = new Date();
    if (isBuilt()) return;
    const tsc = fileURLToPath(import.meta.resolve('typescript/package.json'));
    const bin = tsc.replace('package.json', 'bin/tsc');
    execFileSync(process.execPath, [bin, '-p', 'tsconfig.json'], { cwd: ROOT, stdio: 'inherit' });
    utimesSync(BUILD_INFO, before, before); // tsc leaves it alone when only times have changed
  });
}

/** Compares times: tsc takes half a second to find out the same. */
function isBuilt(): boolean {
  const built = statSync(BUILD_INFO, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (!existsSync(join(ROOT, 'dist', 'index.js'))) return false;
  // The time of a folder tells of files that were removed.
  const sources = readdirSync(SRC, { recursive: true, encoding: 'utf8' });
  const inputs = [join(ROOT, 'tsconfig.json'), SRC, ...sources.map((name) => join(SRC, name))];
  return inputs.every((path) => statSync(path).mtimeMs < built);
}
