import { cpSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { builtPlugin } from '../support/built.js';
import { withBuild } from '../support/run-built.js';
import { hasScript, onTerminal } from './on-terminal.js';
import { homeWith, pluginsOf, startCli, startShell } from './run-cli.js';

withBuild();

/** Moves a sample in as a whole. */
function drop(home: string, id: string): void {
  const beside = join(home, id);
  cpSync(builtPlugin(id), beside, { recursive: true });
  renameSync(beside, join(pluginsOf(home), id));
}

describe('watch', () => {
  test('prints a line for each thing that happens, and ends by Ctrl-C with 130', async () => {
    const home = homeWith('ticker');
    const run = startCli(['watch'], { home });
    await run.until('stderr', /^1 plugin running; watching 1 search path\.$/m);
    drop(home, 'calculator');
    await run.until('stdout', /^[\d-]+T[\d:.]+Z\tcalculator\tstarted\t-$/m);
    rmSync(join(pluginsOf(home), 'calculator'), { recursive: true });
    await run.until('stdout', /\tcalculator\tended\t-$/m);
    run.child.kill('SIGINT');
    const { code, stdout, stderr } = await run.done;
    expect(code).toBe(130);
    expect(stdout.split('\n')).toHaveLength(3);
    expect(stderr).toMatch(/\nEnding all plugins\. Press Ctrl-C again to end aisopod at once\.\n$/);
  });

  test('prints JSON, one document a line, with --json, and ends by SIGTERM with 143', async () => {
    const home = homeWith();
    const run = startCli(['watch', '--json'], { home });
    await run.until('stdout', /"watching"/);
    drop(home, 'calculator');
    await run.until('stdout', /"started"/);
    run.child.kill('SIGTERM');
    const { code, stdout } = await run.done;
    const lines = stdout.trimEnd().split('\n');
    expect(code).toBe(143);
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { event: 'watching', plugins: 0, failed: 0, places: [pluginsOf(home)] },
      { event: 'started', plugin: 'calculator', version: '1.0.0', reason: null, code: null },
    ]);
  });

  test('says why a plugin that comes does not start, and goes on', async () => {
    const home = homeWith();
    const run = startCli(['watch'], { home });
    await run.until('stderr', /0 plugins running/);
    cpSync(join(builtPlugin('ticker'), 'ticker.so'), join(pluginsOf(home), 'ticker.so'));
    await run.until('stdout', /\tfailed\t.* has no manifest.* \(BARE_LIBRARY\)$/m);
    drop(home, 'calculator');
    await run.until('stdout', /\tcalculator\tstarted\t/);
    run.child.kill('SIGINT');
    expect((await run.done).code).toBe(130);
  });

  test('ends quietly when its reader is gone', async () => {
    const home = homeWith();
    const run = startShell('$AISOPOD watch | head -1', { home });
    await run.until('stderr', /0 plugins running/);
    drop(home, 'calculator');
    await run.until('stdout', /calculator\tstarted/);
    drop(home, 'ticker');
    expect(await run.done).toMatchObject({ code: 0 });
  });

  test.runIf(hasScript())('shows time, plugin and what happened on a terminal', async () => {
    const home = homeWith();
    const run = startShell(onTerminal('$AISOPOD watch'), {
      home,
      env: { TERM: 'xterm' },
      keepInput: true,
    });
    await run.until('stdout', /watching 1 search path\. End with Ctrl-C\./);
    drop(home, 'calculator');
    const shown = await run.until('stdout', /calculator 1\.0\.0 .*started/);
    expect(shown).toMatch(/\d\d:\d\d:\d\d.* calculator 1\.0\.0 .*started/);
    run.child.stdin?.write('\u0003');
    expect((await run.done).code).toBe(130);
  });
});
