import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { beforeAll } from 'vitest';
import { type ChildResult, runModule } from './run-in-child.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Runs JavaScript in a process of its own, on what was built: for what is about the process and not
 * about the code in it, since that starts five times as fast as runInChild().
 *
 * @param code a module; PluginHost and `args` are at hand, and DIST, the address of the package
 */
export function runBuilt(code: string, args: unknown): Promise<ChildResult> {
  const dist = new URL('../../dist/index.js', import.meta.url).href;
  const prelude = `
    import { PluginHost } from ${JSON.stringify(dist)};
    const DIST = ${JSON.stringify(dist)};
    const args = ${JSON.stringify(args)};
  `;
  return runModule(prelude + code);
}

/** Builds the TypeScript before the tests of a file; what is up to date is left alone. */
export function withBuild(): void {
  beforeAll(() => {
    const tsc = fileURLToPath(import.meta.resolve('typescript/package.json'));
    const bin = tsc.replace('package.json', 'bin/tsc');
    execFileSync(process.execPath, [bin, '-p', 'tsconfig.json'], { cwd: ROOT, stdio: 'inherit' });
  });
}
