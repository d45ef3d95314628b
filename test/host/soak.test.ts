import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { compileLibrary } from '../support/compile-library.js';
import { makePlugin } from '../support/plugin-folder.js';
import { runBuilt, withBuild } from '../support/run-built.js';
import { newFolder } from './open-host.js';

withBuild();

const BENCH = fileURLToPath(new URL('../../bench', import.meta.url));

/** The plugin of `npm run soak` that never starts. */
function failingPlugin(): string {
  const folder = newFolder();
  compileLibrary(
    join(folder, 'bench-fails.so'),
    readFileSync(join(BENCH, 'native', 'fails.c'), 'utf8'),
    ['-DAISOPOD_PLUGIN_ID="bench-fails"', '-DAISOPOD_PLUGIN_VERSION="1.0.0"'],
  );
  copyFileSync(join(BENCH, 'native', 'fails.plugin.toml'), join(folder, 'aisopod.plugin.toml'));
  return folder;
}

/** `npm run soak` in short. It bounds memory tightly; here V8 may still be growing its heap. */
test('calls, cycles and failed loads leave no descriptor, no thread and little memory', async () => {
  const ended = await runBuilt(
    `const { soak } = await import(args.soak);
    for (const line of await soak({ ...args, print: () => {} })) console.log(line);`,
    {
      soak: join(BENCH, 'soak.mjs'),
      echo: makePlugin(newFolder(), { id: 'calls', source: 'calls.c' }),
      fails: failingPlugin(),
      tools: ['echo-inline', 'echo', 'echo-parallel'],
      calls: 20_000,
      cycles: 60,
      measuredFrom: 20,
      failedLoads: 300,
      growthMb: 40,
    },
  );
  expect(ended).toMatchObject({ code: 0, signal: null, stdout: '', stderr: '' });
});
