import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { install } from '../prepare.mjs';
import { ROOT, runTool } from '../run.mjs';
import { layOutMainPackage } from './main-package.mjs';
import { npmPack } from './npm-pack.mjs';
import { layOutPlatformPackage } from './platform-package.mjs';

const FOLDER = join(ROOT, 'build', 'packages');

/**
 * Builds and packs aisopod, and its package for this platform if it has one.
 * @returns the paths of the tarballs, that of aisopod first
 */
export async function packAll() {
  install();
  // A module that was removed from src must not be packed.
  for (const name of ['dist', 'build/tsconfig.tsbuildinfo']) {
    rmSync(join(ROOT, name), { recursive: true, force: true });
  }
  runTool('build the TypeScript', ['typescript', 'bin', 'tsc'], ['-p', 'tsconfig.json']);
  const { PREBUILT } = await import(pathToFileURL(join(ROOT, 'dist', 'base', 'addon.js')).href);
  mkdirSync(FOLDER, { recursive: true });
  for (const name of readdirSync(FOLDER)) {
    if (name.endsWith('.tgz')) rmSync(join(FOLDER, name));
  }
  const folder = join(FOLDER, 'aisopod');
  layOutMainPackage(folder, Object.values(PREBUILT));
  const tarballs = [npmPack(folder, FOLDER)];
  const own = PREBUILT[`${process.platform}-${process.arch}`];
  if (own === undefined) {
    process.stdout.write(
      `> skipped: ${process.platform}-${process.arch} has no package of its own\n`,
    );
    return tarballs;
  }
  const platform = join(FOLDER, own.split('/').at(-1));
  process.stdout.write(`> ${await layOutPlatformPackage(platform, own)}\n`);
  return [...tarballs, npmPack(platform, FOLDER)];
}
