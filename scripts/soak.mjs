// npm run soak: a million calls, a thousand open/close cycles, ten thousand loads that fail; what
// they leave behind, and whether that is within bounds.
import { join } from 'node:path';
import { prepare } from './prepare.mjs';
import { main, ROOT, run } from './run.mjs';

await main(() => {
  prepare();
  run('build the plugins', 'cmake', ['build/node', '-DAISOPOD_BENCH=ON'], { quiet: true });
  run('build it', 'cmake', ['--build', 'build/node'], { quiet: true });
  run('soak', process.execPath, [join(ROOT, 'bench', 'soak.mjs')]);
});
