import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The top of the repository. */
export const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url)).slice(0, -1);

/**
 * Runs cmake and gives what it printed.
 * @throws Error with all of it, white space folded (cmake wraps its lines), when it fails
 */
export function cmake(...args: string[]): string {
  try {
    return execFileSync('cmake', args, { encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`cmake ${args.join(' ')}: ${stdout}${stderr}`.replace(/\s+/g, ' '));
  }
}

/** Installs the SDK into a new folder below `folder`; nothing of it has to be compiled. */
export function installSdk(folder: string): string {
  const build = join(folder, 'aisopod-build');
  const prefix = join(folder, 'prefix');
  cmake('-S', REPOSITORY, '-B', build, '-DBUILD_TESTING=OFF');
  cmake('--install', build, '--component', 'sdk', '--prefix', prefix);
  return prefix;
}

/** A project of a plugin author, outside of the repository. */
export class CMakeProject {
  readonly folder: string;

  readonly #head: string;

  /**
   * @param files text by path; CMakeLists.txt gets its first lines here
   * @param options language of the project (C by default); version, as find_package() takes it
   */
  constructor(
    parent: string,
    files: Readonly<Record<string, string>>,
    { language = 'C', version = '1.0' }: { language?: string; version?: string } = {},
  ) {
    this.#head = `cmake_minimum_required(VERSION 3.20)
      project(mine ${language})
      find_package(aisopod ${version} REQUIRED)\n`;
    this.folder = mkdtempSync(join(parent, 'project-'));
    for (const [path, text] of Object.entries(files)) this.write(path, text);
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.folder, path)), { recursive: true });
    writeFileSync(join(this.folder, path), path === 'CMakeLists.txt' ? this.#head + text : text);
  }

  configure(prefix: string): string {
    return cmake('-S', this.folder, '-B', this.built(), `-DCMAKE_PREFIX_PATH=${prefix}`);
  }

  build(): string {
    return cmake('--build', this.built());
  }

  /** A path below the build folder. */
  built(...path: string[]): string {
    return join(this.folder, 'build', ...path);
  }
}
