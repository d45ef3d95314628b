import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../support/compile-library.js';
import { withBuild } from '../../support/run-built.js';

withBuild();

const INDEX = pathToFileURL(fileURLToPath(new URL('../../../dist/index.js', import.meta.url))).href;
const PROGRAM = `
import { PluginHost } from ${JSON.stringify(INDEX)};
const host = await PluginHost.open({ home: process.env.HOME_DIR, env: {} });
const mine = host.storage.of('a');
let kept = 0;
const codes = new Set();
const codeOf = ({ code, details }) => code + ' ' + details.errno;
for (let i = 0; i < 60; i++) {
  await mine.set('k' + i, 'x'.repeat(8000)).then(() => kept++, (e) => codes.add(codeOf(e)));
}
const all = await Promise.allSettled([
  mine.update('n', (n) => (n ?? 0) + 1),
  mine.delete('gone'),
  mine.commit([{ op: 'set', key: 'big', value: 'x'.repeat(100_000) }]),
]);
for (const { reason } of all) if (reason !== undefined) codes.add(codeOf(reason));
await new Promise(setImmediate);
const read = await mine.get('k0');
await host.close();
console.log(JSON.stringify({ kept: kept > 0 && kept < 60, codes: [...codes], read: read?.length }));
`;

// A limit on the size of files ends writes as a full disk does, and takes no privilege.
test.skipIf(process.platform === 'win32')(
  'a store that can grow no more refuses what is to be kept, keeps what it has, and ends nothing',
  () => {
    const shell = 'trap "" XFSZ; ulimit -f 256; exec "$0" --input-type=module -e "$1"';
    const { status, stdout } = spawnSync('sh', ['-c', shell, process.execPath, PROGRAM], {
      encoding: 'utf8',
      env: { ...process.env, HOME_DIR: join(temporaryFolder(), 'home') },
    });
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      kept: true,
      codes: ['STORAGE_UNAVAILABLE EFBIG'],
      read: 8000,
    });
  },
);

const NO_DESCRIPTORS = `
import { closeSync, openSync } from 'node:fs';
import { PluginHost } from ${JSON.stringify(INDEX)};
const host = await PluginHost.open({ home: process.env.HOME_DIR, env: {} });
const all = [];
try {
  for (;;) all.push(openSync(process.execPath, 'r'));
} catch {}
const told = await host.storage.of('a').set('k', 1).catch(({ code, message }) => [code, message]);
for (const each of all) closeSync(each);
await host.storage.of('a').set('k', 2);
const read = await host.storage.of('a').get('k');
await host.close();
console.log(JSON.stringify({ told, read }));
`;

test.skipIf(process.platform === 'win32')(
  'a store that can open no file says so, and is opened when there are descriptors again',
  () => {
    const shell = 'ulimit -n 120; exec "$0" --input-type=module -e "$1"';
    const { stdout } = spawnSync('sh', ['-c', shell, process.execPath, NO_DESCRIPTORS], {
      encoding: 'utf8',
      env: { ...process.env, HOME_DIR: join(temporaryFolder(), 'home') },
    });
    expect(JSON.parse(stdout)).toEqual({
      told: [
        'STORAGE_UNAVAILABLE',
        expect.stringContaining('EMFILE: this process has too many files open'),
      ],
      read: 2,
    });
  },
);
