// npm run soak: a million calls, a thousand open/close cycles, ten thousand loads that fail; what
// they leave behind, and whether that is within bounds.
import { join } from 'node:path';
import { prepare } from './prepare.mjs';
import { main, ROOT, run } from './run.mjs';

await main(async () => {
  await prepare();
  run('build the plugins', 'cmake', ['build/node', '-DAISOPOD_BENCH=ON'], { quiet: true });
  run('build it', 'cmake', ['--build', 'build/node'], { quiet: true });
  // The young generation of V8 grows with use, which is no leak but would hide one.
  run('soak', process.execPath, ['--max-semi-space-size=2', join(ROOT, 'bench', 'soak.mjs')]);
});
