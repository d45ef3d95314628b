import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { HostOptions } from '../../../src/index.js';
import { runBuilt, withBuild } from '../../support/run-built.js';
import { newFolder } from '../open-host.js';
import { makeOldHome } from './old-home.js';

withBuild();

/** A start with trials starts several processes. */
const START_MS = 120_000;

/** Opens a host in a process of its own, and calls a tool of another plugin and one of `bad`. */
async function callBad(options: HostOptions) {
  return runBuilt(
    `
    const host = await PluginHost.open(args);
    const stateOf = () => host.plugins.get('bad').state;
    const codeOf = (error) => [error.code, error.details?.code];
    const before = stateOf();
    const good = (await host.tools.call('good:ping')).data;
    const bad = await host.tools.call('bad:bad-ping').then(() => 'answered', codeOf);
    console.log(JSON.stringify({ before, good, bad, after: stateOf() }));
    await host.close();
    `,
    options,
  );
}

test(
  'a plugin that ends the process when it wakes is tried by the next start, and left out',
  async () => {
    const bomb = join(newFolder(), 'bomb');
    const how = `-DHOW=if(access("${bomb}",F_OK)==0)abort()`;
    const options = await makeOldHome({
      plugins: [
        { id: 'good', source: 'lifecycle.c' },
        { id: 'bad', source: 'crashes.c', flags: ['-DCRASH_AT="init"', how] },
      ],
    });
    const first = await callBad(options);
    expect(JSON.parse(first.stdout)).toMatchObject({ before: 'active', good: 'good' });

    writeFileSync(bomb, '');
    const second = await callBad(options);
    expect(second).toMatchObject({ signal: 'SIGABRT', stdout: '' });

    const third = await callBad(options);
    expect(JSON.parse(third.stdout)).toMatchObject({
      before: 'crashed',
      good: 'good',
      after: 'crashed',
    });
    expect(third.signal).toBeNull();
  },
  START_MS,
);
