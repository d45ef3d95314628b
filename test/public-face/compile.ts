import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CONSUMER = fileURLToPath(new URL('consumer', import.meta.url));

/** A TypeScript that is installed. */
export interface Compiler {
  readonly version: string;
  readonly tsc: string;
}

/** From the oldest that users may have to the newest, which builds the package. */
export const COMPILERS: readonly Compiler[] = [
  'typescript-5.4',
  'typescript-5.9',
  'typescript',
].map((name) => {
  const file = createRequire(import.meta.url).resolve(`${name}/package.json`);
  const { version } = JSON.parse(readFileSync(file, 'utf8'));
  return { version, tsc: join(file, '..', 'bin', 'tsc') };
});

const STRICT = {
  target: 'es2022',
  lib: ['es2022', 'esnext.disposable'],
  types: ['node'],
  noEmit: true,
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: false,
};

/**
 * Makes a folder of a program that has installed the package and nothing else but the types of Node.js.
 * @param texts further files, by name
 * @returns the folder, which the caller removes
 */
export function installPackage(texts: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'aisopod-consumer-'));
  const installed = join(folder, 'node_modules', 'aisopod');
  mkdirSync(installed, { recursive: true });
  cpSync(join(ROOT, 'package.json'), join(installed, 'package.json'));
  cpSync(join(ROOT, 'dist'), join(installed, 'dist'), {
    recursive: true,
    filter: (file) => !/\.(?:js|map)$/.test(file),
  });
  for (const name of ['@types/node', 'undici-types']) {
    mkdirSync(join(folder, 'node_modules', name, '..'), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name), 'dir');
  }
  cpSync(CONSUMER, folder, { recursive: true });
  for (const [name, text] of Object.entries(texts)) writeFileSync(join(folder, name), text);
  return folder;
}

/**
 * Compiles files of a folder.
 * @returns the lines in which the compiler says what is wrong; empty when nothing is
 */
export function compile(
  { tsc }: Compiler,
  folder: string,
  files: readonly string[],
  options: object,
): readonly string[] {
  const config = { compilerOptions: { ...STRICT, ...options }, files };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  const { stdout, error } = spawnSync(process.execPath, [tsc, '-p', '.'], {
    cwd: folder,
    encoding: 'utf8',
  });
  if (error !== undefined) throw error;
  return stdout.split('\n').filter((line) => line !== '');
}
