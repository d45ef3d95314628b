import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.js';
import { makePlugin, type TestPlugin } from '../support/plugin-folder.js';
import { withBuild } from '../support/run-built.js';
import { cli, homeWith, pluginsOf, startCli } from './run-cli.js';

withBuild();

const SEGV = '*(volatile int *)8 = 1';

/** A HOME with the calculator, and plugins that crash: id, step and statement. */
function homeWithCrashers(...crashers: readonly (readonly [string, string, string])[]): string {
  const home = homeWith('calculator');
  for (const [id, at, how] of crashers) {
    const flags = [`-DCRASH_AT="${at}"`, `-DHOW=${how}`];
    const manifest = `[capabilities]\ntools = ["${id}-ping"]\n`;
    const plugin: TestPlugin = { id, source: 'crashes.c', manifest, flags };
    makePlugin(pluginsOf(home), plugin);
  }
  return home;
}

/** One that has started in an earlier run may wait until it is needed, which depends on how old its files are. */
const statesIn = (stdout: string) =>
  JSON.parse(stdout).plugins.map(
    ({ id, state }: Record<string, string>) => `${id} ${state === 'registered' ? 'active' : state}`,
  );

test('plugins list prints a row for each plugin that crashes, and all others as they are', async () => {
  const home = homeWithCrashers(['bad1', 'constructor', SEGV], ['bad2', 'init', '_exit(0)']);
  const { code, stdout } = await cli(['plugins', 'list'], { home });
  expect(code).toBe(0);
  const [first, second, third, ...others] = stdout.split('\n');
  expect(first).toMatch(
    /^bad1\t1\.0\.0\tcrashed\tnative\t-\t\S+\tPlugin bad1 crashed while its library was opened: .* SIGSEGV\. /,
  );
  expect(second).toMatch(/^bad2\t.*Plugin bad2 crashed in on_init\(\): .* exited with code 0\. /);
  expect(third).toMatch(/^calculator\t1\.0\.0\tactive\tnative\tcalculate\t/);
  expect(others).toEqual(['']);
});

test('tools list lists the tools of all other plugins', async () => {
  const home = homeWithCrashers(['bad', 'create', 'abort()']);
  const sound = await cli(['tools', 'list', '--json'], { home: homeWith('calculator') });
  const { code, stdout } = await cli(['tools', 'list', '--json'], { home });
  expect({ code, stdout }).toEqual({ code: 0, stdout: sound.stdout });
});

test('the commands that only show plugins start them in a child process', () => {
  const apart = COMMANDS.filter((entry) => entry.apart === true).map(({ name }) => name);
  expect(apart.sort()).toEqual([
    'commands list',
    'contexts list',
    'hooks list',
    'middleware list',
    'plugins doctor',
    'plugins inspect',
    'plugins list',
    'prompts list',
    'tools list',
  ]);
});

test('plugins inspect shows another plugin, and why one has crashed', async () => {
  const home = homeWithCrashers(['bad', 'register', SEGV]);
  const other = await cli(['plugins', 'inspect', 'calculator', '--json'], { home });
  expect(JSON.parse(other.stdout).plugin).toMatchObject({ id: 'calculator', state: 'active' });
  const { stdout } = await cli(['plugins', 'inspect', 'bad', '--json'], { home });
  expect(JSON.parse(stdout).plugin).toMatchObject({
    state: 'crashed',
    error: { code: 'PLUGIN_CRASHED', details: { step: 'register', signal: 'SIGSEGV' } },
  });
});

test('plugins doctor shows the step in which a plugin crashes, and ends with 1', async () => {
  const home = homeWithCrashers(['bad', 'open', 'abort()'], ['worse', 'entry', 'abort()']);
  const { code, stdout } = await cli(['plugins', 'doctor'], { home });
  expect(code).toBe(1);
  const steps = stdout.split('\n').filter((line) => line.startsWith('worse\t'));
  expect(steps.map((line) => line.split('\t').slice(1, 3).join(' '))).toEqual([
    'ok found',
    'ok checked',
    'failed opened',
  ]);
});

test('plugins doctor tries a plugin again that was left out', async () => {
  const home = homeWithCrashers(['bad', 'init', 'abort()']);
  const env = { CALM: '1' };
  await cli(['plugins', 'list'], { home });
  const before = await cli(['plugins', 'list', '--json'], { home, env });
  expect(statesIn(before.stdout)).toEqual(['bad crashed', 'calculator active']);
  expect((await cli(['plugins', 'doctor'], { home, env })).code).toBe(0);
  const after = await cli(['plugins', 'list', '--json'], { home, env });
  expect(statesIn(after.stdout)).toEqual(['bad active', 'calculator active']);
});

test('a command that runs plugins in its own process crashes once, and leaves them out then', async () => {
  const home = homeWithCrashers(['bad', 'init', SEGV]);
  const call = ['tools', 'call', 'calculate', '{"expression":"1+1"}'];
  expect((await cli(call, { home })).signal).toBe('SIGSEGV');
  const again = await cli(call, { home });
  expect({ code: again.code, stdout: again.stdout }).toEqual({ code: 0, stdout: '2\n' });
});

test('--only starts a plugin that was left out, for a debugger, but not in a list', async () => {
  const home = homeWithCrashers(['bad', 'init', SEGV]);
  const args = ['--only', 'bad', '--json'];
  const list = await cli(['plugins', 'list', ...args], { home });
  expect(statesIn(list.stdout)).toEqual(['bad crashed', 'calculator disabled']);
  const call = ['tools', 'call', 'bad-ping'];
  expect((await cli([...call, ...args], { home })).signal).toBe('SIGSEGV');
  expect((await cli(call, { home, env: { AISOPOD_ONLY: 'bad' } })).signal).toBe('SIGSEGV');
  expect((await cli(call, { home })).code).toBe(1);
});

test('plugins bisect finds a plugin that crashes while it is started', async () => {
  const home = homeWithCrashers(['bad', 'init', SEGV], ['calm', 'never', 'abort()']);
  const index = new URL('../../dist/index.js', import.meta.url).href;
  const program = `import { PluginHost } from '${index}'; await (await PluginHost.open()).close();`;
  const command = [process.execPath, '--input-type=module', '-e', program];
  const { stdout } = await cli(['plugins', 'bisect', '--json', '--', ...command], { home });
  expect(JSON.parse(stdout)).toMatchObject({ plugin: 'bad' });
});

test('plugins list finds what crashes in a home whose state cannot be written', async () => {
  const home = homeWithCrashers(['bad', 'init', SEGV]);
  writeFileSync(join(home, '.aisopod', 'state'), '');
  const { stdout } = await cli(['plugins', 'list', '--json'], { home });
  expect(statesIn(stdout)).toEqual(['bad crashed', 'calculator active']);
});

test('a crash after the output is printed does not change the exit code', async () => {
  const home = homeWithCrashers(['bad', 'destroy', SEGV]);
  const { code, signal, stdout, stderr } = await cli(['plugins', 'list'], { home });
  expect({ code, signal }).toEqual({ code: 0, signal: null });
  expect(stdout).toMatch(/^bad\t1\.0\.0\tactive\t.*\ncalculator\t1\.0\.0\tactive\t.*\n$/);
  expect(stderr).toBe(
    'warning: The process that started the plugins was ended by SIGSEGV while they were shut down.\n',
  );
});

test('what a plugin prints goes to standard error', async () => {
  const home = homeWithCrashers(['loud', 'init', 'printf("printed\\n"), fflush(stdout)']);
  const { stdout, stderr } = await cli(['plugins', 'list', '--json'], { home });
  expect(statesIn(stdout)).toEqual(['calculator active', 'loud active']);
  expect(stderr).toBe('printed\n');
});

test('a usage error is printed once, with its exit code', async () => {
  const { code, stderr } = await cli(['plugins', 'inspect', 'nobody'], { home: homeWith() });
  expect(code).toBe(1);
  expect(stderr.match(/nobody/g)).toHaveLength(1);
});

test('a signal ends the program together with the process that starts the plugins', async () => {
  const home = homeWithCrashers([
    'slow',
    'init',
    'printf("%d\\n", getpid()), fflush(stdout), pause()',
  ]);
  const running = startCli(['plugins', 'list'], { home });
  const pid = Number(await running.until('stderr', /\d+\n/));
  expect(pid).not.toBe(running.child.pid);
  running.child.kill('SIGTERM');
  // Its output is closed when both have ended.
  expect((await running.done).signal).toBe('SIGTERM');
});

test('a plugin that stops its process is killed and left out', async () => {
  const home = homeWithCrashers(['stopped', 'init', 'raise(SIGSTOP)']);
  const settings = '[plugins.settings.stopped.limits]\ninit_ms = 100\n';
  writeFileSync(join(home, '.aisopod', 'config.toml'), settings);
  const { stdout } = await cli(['plugins', 'list', '--json'], { home });
  expect(statesIn(stdout)).toEqual(['calculator active', 'stopped crashed']);
  const kept = readFileSync(join(home, '.aisopod', 'state', 'crashes.json'), 'utf8');
  expect(kept).toContain('"silentMs":5100');
}, 120_000);
