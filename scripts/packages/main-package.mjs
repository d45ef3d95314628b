// The package aisopod as it is published: the files of the checkout, with a manifest that asks for the packages
// of the platforms. The checkout's own manifest doesn't name them: npm ci would look for versions that are not
// published yet, and install what anyone else had published under their names.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT, run } from '../run.mjs';
import { npmPack } from './npm-pack.mjs';

/**
 * @param folder where the package goes
 * @param platforms names of the platforms' packages
 */
export function layOutMainPackage(folder, platforms) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const tarball = npmPack(ROOT, dirname(folder));
  const unpack = ['-xzf', tarball, '-C', folder, '--strip-components=1'];
  run('lay out the package aisopod', 'tar', unpack, { quiet: true });
  rmSync(tarball);
  const file = join(folder, 'package.json');
  const {
    scripts: _scripts,
    devDependencies: _devDependencies,
    overrides: _overrides,
    ...manifest
  } = JSON.parse(readFileSync(file, 'utf8'));
  const optionalDependencies = Object.fromEntries(
    platforms.map((name) => [name, manifest.version]),
  );
  writeFileSync(file, `${JSON.stringify({ ...manifest, optionalDependencies }, null, 2)}\n`);
}
