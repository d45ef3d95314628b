import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cli } from '../cli/run-cli.js';
import { makeHome } from '../host/open-host.js';
import { runBuilt, withBuild } from '../support/run-built.js';
import { neighbour, rude } from './exhibit.js';

withBuild();

const CHANGES = {
  umask: { what: 'umask', from: '027', to: '000', restored: true },
  cwd: { what: 'working directory', from: expect.any(String), to: '/', restored: true },
  locale: {
    what: 'locale',
    from: expect.stringContaining('LC_NUMERIC=C;'),
    to: expect.stringContaining('LC_NUMERIC=C.UTF-8;'),
    restored: false,
  },
  handler: {
    what: 'handler of SIGUSR2',
    from: 'default',
    to: expect.stringMatching(/^0x[0-9a-f]+$/),
    restored: false,
  },
  ignored: { what: 'handler of SIGUSR2', from: 'default', to: 'ignored', restored: false },
};

/** The process is one of its own: it is what the plugin spoils. */
async function run(options: object, code = '') {
  const ended = await runBuilt(
    `process.umask(0o027);
    const here = process.cwd();
    const others = [];
    const host = await PluginHost.open(args);
    const ping = await host.tools.call('neighbour:ping');
    ${code}
    await host.close();
    const changed = ({ code }) => code === 'PROCESS_STATE_CHANGED';
    const of = (id) =>
      host.plugins.get(id).warnings.filter(changed);
    console.log(JSON.stringify({
      ping: ping.data, rude: of('rude'), neighbour: of('neighbour'), umask: process.umask(),
      others: others.filter(changed),
      moved: here !== (await import('node:child_process')).execSync('pwd', { encoding: 'utf8' }).trim(),
    }));`,
    options,
  );
  expect(ended).toMatchObject({ code: 0, signal: null, stderr: '' });
  return JSON.parse(ended.stdout);
}

// It needs its neighbour, so that no function of that one runs at the same time: then both would be
// named.
const manifest = '[dependencies]\nneighbour = "*"\n';
const home = (config: object, flags: string[] = []) =>
  makeHome({
    plugins: [neighbour, { ...rude('process.c', flags), manifest }],
    pluginConfig: { rude: config },
  });

describe.skipIf(process.platform === 'win32')('a plugin that changes what all share', () => {
  test.each(Object.keys(CHANGES) as (keyof typeof CHANGES)[])(
    '(%s) is named with what it was and is; umask and directory are set back',
    async (what) => {
      const told = await run(home({ in: 'on_init', what }));
      expect(told).toMatchObject({ ping: 'neighbour', neighbour: [], umask: 0o027, moved: false });
      expect(told.rude).toMatchObject([
        {
          code: 'PROCESS_STATE_CHANGED',
          details: { plugin: 'rude', moment: 'on_init()', changes: [CHANGES[what]] },
        },
      ]);
    },
  );

  // The umask is looked at before create() and after on_register(), which follow upon each other.
  test.each([
    ['create', 'umask', 'create() or on_register()'],
    ['create', 'cwd', 'create()'],
    ['on_register', 'umask', 'create() or on_register()'],
    ['on_register', 'cwd', 'on_register()'],
    ['on_shutdown', 'umask', 'on_shutdown()'],
  ] as const)('in %s() (%s) is named too', async (where, what, moment) => {
    const told = await run(home({ in: where, what }));
    expect(told).toMatchObject({ neighbour: [], umask: 0o027, moved: false });
    expect(told.rude).toMatchObject([{ details: { moment, changes: [CHANGES[what]] } }]);
  });

  test('while it is opened is named too', async () => {
    const told = await run(home({}, ['-DCHANGE_IN_CONSTRUCTOR']));
    expect(told).toMatchObject({ neighbour: [], umask: 0o027 });
    expect(told.rude).toMatchObject([
      { details: { moment: 'a constructor of its library', changes: [CHANGES.umask] } },
    ]);
  });
});

test.skipIf(process.platform === 'win32')('doctor names it', async () => {
  const { home: folder } = home({ in: 'on_init', what: 'umask' });
  const { code, stdout } = await cli(['plugins', 'doctor', '--home', folder]);
  expect(code).toBe(0);
  const line = stdout.split('\n').find((each) => each.includes('PROCESS_STATE_CHANGED'));
  expect(line).toMatch(
    /^rude\twarning\tPROCESS_STATE_CHANGED\tPlugin rude changed .*in on_init\(\)/,
  );
});

test('what the embedder changes itself is blamed on nobody', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'aisopod-test-'));
  const told = await run(
    { ...home({}), folder },
    `process.umask(0o077);
    process.chdir(args.folder);
    process.on('SIGUSR2', () => {});
    const next = await PluginHost.open(args);
    const opening = next.close();
    process.chdir('/');
    process.on('SIGHUP', () => {});
    await opening;
    others.push(...next.plugins.list().flatMap(({ warnings }) => warnings));`,
  );
  expect(told).toMatchObject({ rude: [], neighbour: [], others: [], umask: 0o077, moved: true });
});
