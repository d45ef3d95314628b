import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cli } from '../cli/run-cli.js';
import { makeHome, newFolder } from '../host/open-host.js';
import type { TestPlugin } from '../support/plugin-folder.js';
import { runBuilt, withBuild } from '../support/run-built.js';
import { neighbour, rude } from './exhibit.js';

withBuild();

const CHANGES = {
  umask: { what: 'umask', from: '027', to: '000' },
  cwd: { what: 'working directory', from: expect.any(String), to: '/' },
  locale: {
    what: 'locale',
    from: expect.stringContaining('LC_NUMERIC=C;'),
    to: expect.stringContaining('LC_NUMERIC=C.UTF-8;'),
  },
  handler: {
    what: 'handler of SIGUSR2',
    from: 'default',
    to: expect.stringMatching(/^0x[0-9a-f]+$/),
    library: expect.stringMatching(/plugins\/rude\/plugin\.so$/),
  },
  ignored: { what: 'handler of SIGUSR2', from: 'default', to: 'ignored' },
};

/** What is left of a change. */
const left = (what: string) => ({
  umask: what === 'umask' ? 0 : 0o027,
  moved: what === 'cwd',
});

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
    '(%s) is reported with what it was and is, and nothing is set back',
    async (what) => {
      const told = await run(home({ in: 'on_init', what }));
      expect(told).toMatchObject({ ping: 'neighbour', neighbour: [], ...left(what) });
      expect(told.rude).toMatchObject([
        {
          code: 'PROCESS_STATE_CHANGED',
          details: { plugin: 'rude', in: 'on_init()', changes: [CHANGES[what]] },
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
  ] as const)('in %s() (%s) is reported too', async (where, what, fn) => {
    const told = await run(home({ in: where, what }));
    expect(told).toMatchObject({ neighbour: [], ...left(what) });
    expect(told.rude).toMatchObject([{ details: { in: fn, changes: [CHANGES[what]] } }]);
  });

  test('while it is opened is reported too', async () => {
    const told = await run(home({}, ['-DCHANGE_IN_CONSTRUCTOR']));
    expect(told).toMatchObject({ neighbour: [], ...left('umask') });
    expect(told.rude).toMatchObject([
      {
        details: {
          in: 'a constructor or the entry function of its library',
          changes: [CHANGES.umask],
        },
      },
    ]);
  });
});

test.skipIf(process.platform === 'win32')('doctor names it', async () => {
  const { home: folder } = home({ in: 'on_init', what: 'cwd' });
  const { code, stdout } = await cli(['plugins', 'doctor', '--home', folder]);
  expect(code).toBe(0);
  const line = stdout.split('\n').find((each) => each.includes('PROCESS_STATE_CHANGED'));
  expect(line).toMatch(
    /^rude\twarning\tPROCESS_STATE_CHANGED\tPlugin rude changed .*in on_init\(\): working dir/,
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

describe('a change while more than one thing ran', () => {
  const meets = (id: string, other: string, at: string, ...flags: string[]): TestPlugin => ({
    id,
    source: 'process/meets.c',
    flags: [`-DOTHER="${other}"`, `-DMEETING="${at}"`, ...flags],
  });

  test.skipIf(process.platform === 'win32')(
    'of the working directory is reported as that of one of the plugins',
    async () => {
      const at = newFolder();
      const plugins = [
        meets('guilty', 'innocent', at, '-DCHANGES'),
        meets('innocent', 'guilty', at),
      ];
      const ended = await runBuilt(
        `const host = await PluginHost.open(args);
        await host.close();
        console.log(JSON.stringify(host.plugins.list().map(({ id, warnings }) =>
          [id, warnings.map(({ message, details }) => [message, details.ran])])));`,
        makeHome({ plugins }),
      );
      expect(ended).toMatchObject({ code: 0, stderr: '' });
      const told = Object.fromEntries(JSON.parse(ended.stdout));
      const [guilty, innocent] = ['guilty', 'innocent'].map((plugin) => ({
        plugin,
        in: 'on_init()',
      }));
      for (const [id, both] of [
        ['guilty', [guilty, innocent]],
        ['innocent', [innocent, guilty]],
      ] as const) {
        // Where they were registered one after the other, that may be among what ran as well.
        const [[message, ran]] = told[id];
        expect(told[id]).toHaveLength(1);
        expect(message).toMatch(/^One of the plugins .* changed what belongs to the whole process/);
        for (const each of both) expect(message).toContain(`${each?.plugin} in on_init()`);
        expect(ran).toEqual(expect.arrayContaining([...both]));
      }
    },
  );

  test.skipIf(process.platform !== 'linux')(
    "of the umask, which the embedder itself has set, is left and named as nobody's in particular",
    async () => {
      const at = newFolder();
      const ended = await runBuilt(
        `import { existsSync, writeFileSync } from 'node:fs';
        process.umask(0o022);
        const opening = PluginHost.open(args);
        while (!existsSync(args.at + '/innocent.before')) await new Promise(setImmediate);
        process.umask(0o077);
        for (const when of ['before', 'after']) writeFileSync(args.at + '/embedder.' + when, '');
        const host = await opening;
        console.log(process.umask(), host.plugins.get('innocent').warnings.map(({ message }) => message).join());
        await host.close();`,
        { ...makeHome({ plugins: [meets('innocent', 'embedder', at)] }), at },
      );
      expect(ended).toMatchObject({ code: 0, stderr: '' });
      expect(ended.stdout).toMatch(/^63 .*umask of the process changed from 022 to 077/);
      expect(ended.stdout).not.toContain('innocent');
    },
  );
});

test.skipIf(process.platform === 'win32')(
  'signal handlers that the configuration accepts are not reported',
  async () => {
    const toml = '[plugins.settings.rude]\naccept = ["signals"]\n';
    const options = makeHome({
      plugins: [neighbour, { ...rude('process.c'), manifest }],
      pluginConfig: { rude: { in: 'on_init', what: 'handler' } },
      toml,
    });
    expect(await run(options)).toMatchObject({ rude: [], neighbour: [] });
  },
);
