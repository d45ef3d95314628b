// npm run test:package: what somebody who installs aisopod gets. The tarballs are installed from npm's registry in an
// empty folder, without a compiler, and tried with several versions of Node.js.
import { spawnSync } from 'node:child_process';
import { delimiter } from 'node:path';
import { packAll } from './packages/pack-all.mjs';
import { main, runTool } from './run.mjs';

await main(async () => {
  const why = whyNoRegistry();
  if (why !== null) {
    process.stdout.write(
      `> skipped: the packages are not tried, since npm's registry cannot be reached: ${why}\n`,
    );
    return;
  }
  const AISOPOD_TARBALLS = (await packAll()).join(delimiter);
  const args = ['run', '--config', 'vitest.package.config.ts', ...process.argv.slice(2)];
  runTool('the packages in an empty folder', ['vitest', 'vitest.mjs'], args, {
    env: { AISOPOD_TARBALLS },
  });
});

/** Asks for one package that the tests install. */
function whyNoRegistry() {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const { status, stderr, error } = spawnSync(npm, ['view', 'koffi@3.3.4', 'version'], {
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  return status === 0 ? null : (error?.message ?? stderr.trim().split('\n')[0]);
}
