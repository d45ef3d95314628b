// npm run pack: the tarballs of aisopod and of its package for this platform in build/packages, to be tried in
// another folder and published from there. Both have the same version, which the host compares.
import { relative } from 'node:path';
import { packAll } from './packages/pack-all.mjs';
import { main, ROOT } from './run.mjs';

await main(async () => {
  for (const tarball of await packAll()) process.stdout.write(`${relative(ROOT, tarball)}\n`);
});
