import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cli, homeWith, pluginsOf, startCli } from './run-cli.js';
import { writePlugin } from './write-plugin.js';

const home = homeWith('ticker');
writePlugin({
  id: 'deaf',
  under: pluginsOf(home),
  handler: 'fputs("deaf\\n", stderr); for (;;) pause();',
});
const TICKING = ['tools', 'call', 'tick', '{"count":1000,"interval_ms":20}', '--stream'];

// Windows has no SIGINT that one process could send to another.
describe.skipIf(process.platform === 'win32')('Ctrl-C', () => {
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('or %s cancels the call, says so, and ends with %d', async (name, exit) => {
    const run = startCli(TICKING, { home });
    await run.until('stdout', /"tick":2/);
    run.child.kill(name);
    const { code, signal, stderr } = await run.done;
    expect({ code, signal }).toEqual({ code: exit, signal: null });
    expect(stderr).toMatch(/^Cancelling the call\..*\nerror: .*\(CALL_CANCELLED\)\n$/);
  });

  test.each(['SIGINT', 'SIGTERM'] as const)(
    'or %s while a plugin is opened ends the process, as a shell expects it',
    async (name) => {
      const slow = homeWith();
      writePlugin({
        id: 'slow',
        under: pluginsOf(slow),
        create: 'fputs("creating\\n", stderr); for (;;) pause();',
      });
      const run = startCli(['plugins', 'list'], { home: slow });
      await run.until('stderr', /^creating$/m);
      run.child.kill(name);
      expect(await run.done).toMatchObject({ code: null, signal: name });
    },
  );

  test('leaves standard output whole with --json', async () => {
    const run = startCli([...TICKING, '--json'], { home });
    await run.until('stdout', /"tick":2/);
    run.child.kill('SIGINT');
    const { code, stdout } = await run.done;
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(code).toBe(130);
    expect(lines.at(-1)).toMatchObject({ error: { code: 'CALL_CANCELLED' } });
  });

  test('a second time ends the process at once, whatever the plugin does', async () => {
    const run = startCli(['tools', 'call', 'deaf:run'], { home });
    await run.until('stderr', /^deaf$/m);
    run.child.kill('SIGINT');
    await run.until('stderr', /Cancelling/);
    run.child.kill('SIGINT');
    expect(await run.done).toMatchObject({ code: null, signal: 'SIGINT' });
  });
});

test('a plugin that never returns is given up after the failure was told, and the process ends', async () => {
  const limits = '[plugins.settings.limits]\nshutdown_ms = 100\n';
  writeFileSync(join(home, '.aisopod', 'config.toml'), limits);
  // A chosen plugin starts before it is called.
  const line = ['tools', 'call', 'deaf:run', '--timeout', '50', '--only', 'deaf'];
  const { code, stderr } = await cli(line, { home });
  expect(code).toBe(1);
  expect(stderr).toMatch(/\(CALL_DEADLINE\)\n(.*\n)*deaf: warn: .*on_shutdown/);
});
