// npm run test:sanitize: the native tests under address and undefined-behaviour sanitizers, and
// under the thread sanitizer, and the host with rude plugins on an addon with the former; as far as
// the compiler has them.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { canLink } from './can-link.mjs';
import { nativeTests } from './native-tests.mjs';
import { buildNative, prepare } from './prepare.mjs';
import { main, ROOT, runTool } from './run.mjs';

const ADDRESS = '-fsanitize=address,undefined';

/** What runs on the addon with a sanitizer: what hands the most to native code. */
const HOST_TESTS = [
  'test/rude',
  'test/host/calls.test.ts',
  'test/host/streams.test.ts',
  'test/services/events/plugins.test.ts',
  'test/kinds/messages/messaging.test.ts',
];

await main(async () => {
  for (const [sanitize, flags] of [
    ['address', ADDRESS],
    ['thread', '-fsanitize=thread'],
  ]) {
    if (links(flags)) nativeTests(sanitize);
    else process.stdout.write(`> skipped: the C++ compiler cannot link with ${flags}\n`);
  }
  await hostTests();
});

async function hostTests() {
  const runtime = links(ADDRESS) ? sharedRuntime() : '';
  if (runtime === '') {
    process.stdout.write(
      '> skipped: the compiler is not gcc or has no libasan.so, for an addon in Node.js\n',
    );
    return;
  }
  await prepare();
  await buildNative('build/node-asan', ['-DAISOPOD_SANITIZE=address']);
  // Node.js has no sanitizer of its own, so its runtime is loaded before; and what Node.js does not
  // free before the process ends is no leak of ours.
  runTool(
    'tests of the host, address sanitizer',
    ['vitest', 'vitest.mjs'],
    ['run', ...HOST_TESTS],
    {
      env: {
        AISOPOD_ADDON: join(ROOT, 'build', 'node-asan', 'Release', 'aisopod.node'),
        LD_PRELOAD: runtime,
        ASAN_OPTIONS: 'detect_leaks=0',
      },
    },
  );
}

function links(flags) {
  return canLink(compiler(), [flags]);
}

/** The path of gcc's libasan.so; '' where there is none. clang puts its own into what it links. */
function sharedRuntime() {
  const ask = (option) =>
    spawnSync(compiler(), [option], { encoding: 'utf8' }).stdout?.trim() ?? '';
  if (process.platform !== 'linux' || ask('--version').includes('clang')) return '';
  const path = ask('-print-file-name=libasan.so');
  return existsSync(path) ? path : '';
}

function compiler() {
  return process.env.CXX ?? 'c++';
}
