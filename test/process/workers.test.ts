import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeHome } from '../host/open-host.js';
import { BUILT } from '../support/built.js';
import { runBuilt, withBuild } from '../support/run-built.js';
import { gated, homeThatHangs, homeWithHelper, opening, WORKERS } from './openings.js';

withBuild();

const DONE = { code: 0, signal: null, stderr: '' };

describe('libraries in several threads of a process', () => {
  test('a library that another thread has opened under the same name is a clash', async () => {
    const homes = [homeWithHelper('one', 1), homeWithHelper('two', 2)];
    const ended = await runBuilt(
      `${WORKERS}
      const host = await PluginHost.open(args[0]);
      console.log((await host.tools.call('help', {})).data);
      console.log(await reported(start('report(codeOf(await PluginHost.open(args)))', args[1])));
      await host.close();`,
      homes,
    );
    expect(ended).toMatchObject({ ...DONE, stdout: '1\nLIBRARY_CLASH\n' });
  });

  test('two threads never enter the entry function of a library at once', async () => {
    const options = makeHome({ plugins: [opening('alone', '-DENTERED_ALONE')] });
    const ended = await runBuilt(
      `${WORKERS}
      const workers = [1, 2, 3].map(() => start('report(codeOf(await PluginHost.open(args)))', args));
      console.log(await Promise.all(workers.map(reported)));`,
      options,
    );
    expect(ended).toMatchObject({ ...DONE, stdout: "[ 'active', 'active', 'active' ]\n" });
  });
});

describe('while a constructor hangs in a Worker', () => {
  const OPENS = "report('begins'); report(codeOf(await PluginHost.open(args)));";

  test.each([
    ['before it exceeds its limit', 60_000, 'await exists(args.mark)'],
    [
      'after it exceeded its limit',
      50,
      "for await (const [code] of on(worker, 'message')) if (code === 'LIBRARY_SLOW') break",
    ],
  ])('terminate() ends the Worker and exit() the process, %s', async (_, openMs, stuck) => {
    const ended = await runBuilt(
      `${WORKERS}
      import { on } from 'node:events';
      const worker = start(${JSON.stringify(OPENS)}, args);
      ${stuck};
      console.log(await worker.terminate());
      process.exit(7);`,
      homeThatHangs(openMs),
    );
    expect(ended).toMatchObject({ ...DONE, code: 7, stdout: '1\n' });
  });

  test('exit() in a thread that knows nothing of plugins ends the process', async () => {
    const ended = await runBuilt(
      `${WORKERS}
      start(${JSON.stringify(OPENS)}, args);
      await exists(args.mark);
      process.exit(7);`,
      homeThatHangs(60_000),
    );
    expect(ended).toMatchObject({ ...DONE, code: 7 });
  });

  test('process.exit() in that Worker ends it', async () => {
    const ended = await runBuilt(
      `${WORKERS}
      const worker = start('await PluginHost.open(args); process.exit(3);', args);
      console.log((await once(worker, 'exit'))[0]);
      process.exit(7);`,
      homeThatHangs(50),
    );
    expect(ended).toMatchObject({ ...DONE, code: 7, stdout: '3\n' });
  });

  test('a plugin of another thread is refused, with the name of the one that hangs', async () => {
    const other = makeHome({ plugins: [opening('innocent')] });
    const warm = makeHome({ plugins: [opening('warm')] });
    const ended = await runBuilt(
      `${WORKERS}
      await (await PluginHost.open(args.warm)).close();
      start(${JSON.stringify(OPENS)}, args.hangs);
      await exists(args.hangs.mark);
      const host = await PluginHost.open(args.other);
      const { code, details } = host.plugins.get('innocent').error;
      console.log(code, details.by);
      process.exit(0);`,
      { warm, other, hangs: homeThatHangs() },
    );
    expect(ended).toMatchObject(DONE);
    expect(ended.stdout).toMatch(/^LOADER_STUCK .*\/plugins\/hangs\/plugin\.so\n$/);
  });
});

describe('an entry function that never returns', () => {
  test('is given up after the limit of opening, and the event loop goes on', async () => {
    const hangs = opening('hangs', '-DHANGS_IN_ENTRY');
    const ended = await runBuilt(
      `${WORKERS}
      let turns = 0;
      setInterval(() => { turns++; }, 5).unref();
      const host = await PluginHost.open(args);
      const { code, message } = host.plugins.get('hangs').error;
      console.log(code, /aisopod_plugin_v1\\(\\) does not return/.test(message), turns > 5);
      process.exit(0);`,
      { ...makeHome({ plugins: [hangs] }), limits: { openMs: 300 } },
    );
    expect(ended).toMatchObject({ ...DONE, stdout: 'LIBRARY_SLOW true true\n' });
  });
});

describe('the storage, whose native code is loaded on first use', () => {
  test('is refused while a library never finishes opening', async () => {
    const ended = await runBuilt(
      `${WORKERS}
      const host = await PluginHost.open(args);
      let turns = 0;
      setInterval(() => { turns++; }, 1).unref();
      const { code, details } = await host.storage.of('x').set('k', 1).catch((error) => error);
      console.log(code, details.by);
      process.exit(0);`,
      homeThatHangs(50),
    );
    expect(ended).toMatchObject(DONE);
    expect(ended.stdout).toMatch(/^LOADER_STUCK .*\/plugins\/hangs\/plugin\.so\n$/);
  });

  test('waits for a library that is still being opened, and the event loop goes on', async () => {
    const { plugin, mark, gate } = gated();
    const ended = await runBuilt(
      `${WORKERS}
      import { writeFileSync } from 'node:fs';
      const host = PluginHost.create(args);
      host.discover();
      const opening = host.start();
      await exists(args.mark);
      const done = [];
      const stored = host.storage.of('x').set('k', 1).then(() => done.push('stored'));
      for (let turns = 0; turns < 100; turns++) await new Promise(setImmediate);
      done.push('the event loop has turned');
      writeFileSync(args.gate, '');
      await opening;
      await stored;
      await host.close();
      console.log(done.join(', '));`,
      { ...makeHome({ plugins: [plugin] }), mark, gate },
    );
    expect(ended).toMatchObject({ ...DONE, stdout: 'the event loop has turned, stored\n' });
  });
});

test.skipIf(process.platform !== 'linux')(
  'the addon has all its symbols bound when it is loaded, so that exit() looks nothing up',
  () => {
    const flags = execFileSync('readelf', ['-d', join(BUILT, 'Release', 'aisopod.node')], {
      encoding: 'utf8',
    });
    expect(flags).toMatch(/\(FLAGS\) +BIND_NOW/);
    expect(flags).toMatch(/FLAGS_1.*NODELETE/);
  },
);
