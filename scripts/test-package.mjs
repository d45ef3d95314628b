// npm run test:package: what somebody who installs aisopod gets. The tarballs are installed from npm's registry in an
// empty folder, without a compiler, and tried with several versions of Node.js.
import { spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { packAll } from './packages/pack-all.mjs';
import { PLATFORM_ADDON } from './packages/platform-package.mjs';
import { main, ROOT, runTool } from './run.mjs';

/** What a C++ library or a compiler that differ from those of this machine could break. */
const HOST_TESTS = ['test/rude/throws.test.ts', 'test/host/streams.test.ts'];

await main(async () => {
  const why = whyNoRegistry();
  if (why !== null) {
    process.stdout.write(
      `> skipped: the packages are not tried, since npm's registry cannot be reached: ${why}\n`,
    );
    return;
  }
  const tarballs = await packAll();
  if (tarballs.length === 1) {
    process.stdout.write(
      '> skipped: the packages are not tried, since this platform has none of its own\n',
    );
    return;
  }
  const AISOPOD_TARBALLS = tarballs.join(delimiter);
  runTool('tests of the host, packed addon', ['vitest', 'vitest.mjs'], ['run', ...HOST_TESTS], {
    env: { AISOPOD_ADDON: join(ROOT, PLATFORM_ADDON) },
  });
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
