import { describe, expect, test } from 'vitest';
import { cmds } from '../kinds/commands/cmds.js';
import { temporaryFolder } from '../support/compile-library.js';
import { makePlugin } from '../support/plugin-folder.js';
import { hasScript, onTerminal } from './on-terminal.js';
import { homeWith, shell, startShell } from './run-cli.js';
import { writePlugin } from './write-plugin.js';

const ESC = '\x1b';

describe.skipIf(!hasScript())('on a terminal', () => {
  const home = homeWith('calculator', 'ticker');

  test('lists are tables that fit, with colour', async () => {
    const { stdout } = await shell(onTerminal('$AISOPOD plugins list', 60), { home });
    const lines = stdout.trimEnd().split('\r\n');
    expect(lines[0]).toMatch(/ID.*VERSION.*STATE.*TOOLS/);
    expect(lines[0]).not.toContain('PATH');
    expect(lines[1]).toContain(`${ESC}[32mactive${ESC}[39m`);
    const colour = new RegExp(`${ESC}\\[\\d+m`, 'g');
    for (const line of lines) expect(line.replace(colour, '').length).toBeLessThanOrEqual(60);
  });

  test('a column of paths is there for a plugin that lies elsewhere, cut at its start', async () => {
    const folder = writePlugin({ id: 'elsewhere' });
    const list = `$AISOPOD plugins list --plugin ${folder}`;
    const { stdout } = await shell(onTerminal(list, 60), { home, env: { NO_COLOR: '1' } });
    expect(stdout).toMatch(/PATH\r\n/);
    expect(stdout).toMatch(/^elsewhere .*…[^ ]*elsewhere\r$/m);
  });

  test('data that does not fit a row is laid out in lines', async () => {
    const plugin = writePlugin({
      id: 'wide',
      handler: `return aisopod_reply(host, call->token, "{\\"a\\":\\"${'x'.repeat(90)}\\"}", AISOPOD_NTS);`,
    });
    const line = `$AISOPOD tools call run --plugin ${plugin}`;
    expect((await shell(onTerminal(line), { home })).stdout).toMatch(
      /^\{\r\n {2}"a": "x+"\r\n\}\r\n$/,
    );
    expect((await shell(line, { home })).stdout).toMatch(/^\{"a":"x+"\}\n$/);
  });

  test('NO_COLOR takes the colour and leaves the table', async () => {
    const { stdout } = await shell(onTerminal('$AISOPOD plugins list'), {
      home,
      env: { NO_COLOR: '1' },
    });
    expect(stdout).toMatch(/^ID {10}VERSION {2}STATE +TOOLS/);
    expect(stdout).not.toContain(ESC);
  });

  test('plugins doctor --host-version is a table with a count below it', async () => {
    const line = '$AISOPOD plugins doctor --host-version 2.0.0';
    const { stdout } = await shell(onTerminal(line, 120), { home, env: { NO_COLOR: '1' } });
    const lines = stdout.split('\r\n');
    expect(lines[0]).toMatch(/^ID +VERSION +FOR AISOPOD +WITH 2\.0\.0 +PATH/);
    expect(lines[1]).toMatch(/^calculator +1\.0\.0 +>=0\.1\.0 +fits +~\//);
    expect(lines.at(-2)).toBe('No plugin would stop fitting with aisopod 2.0.0.');
  });

  test('chunks come without --stream, and a long call has a line that is taken away', async () => {
    const call = '$AISOPOD tools call tick "{\\"count\\":2,\\"interval_ms\\":700}"';
    const { stdout } = await shell(onTerminal(call), { home });
    expect(stdout).toMatch(/tick {2}0 s/);
    expect(stdout).toMatch(/tick {2}50% {2}\d+ s/);
    // What is left on the screen: after each return to the start of a row the row was erased.
    const rows = stdout.split('\r\n').map((row) => row.split(`\r${ESC}[2K`).at(-1));
    expect(rows).toEqual(['{"tick":1,"of":2}', '{"tick":2,"of":2}', '{"ticks":2}', '']);
  });

  test('TERM=dumb has no line that is rewritten', async () => {
    const call = '$AISOPOD tools call slow "{\\"ms\\":800}"';
    const { stdout } = await shell(onTerminal(call), { home, env: { TERM: 'dumb' } });
    expect(stdout).toBe('{"slept_ms":800}\r\n');
  });

  test('what a plugin answers cannot steer it', async () => {
    const plugin = writePlugin({
      id: 'painter',
      handler: 'return aisopod_reply(host, call->token, "\\"\\\\u001b[2Jgone\\"", AISOPOD_NTS);',
    });
    const line = `$AISOPOD tools call run --plugin ${plugin}`;
    expect((await shell(onTerminal(line), { home })).stdout).toBe('\\u{1b}[2Jgone\r\n');
    expect((await shell(line, { home })).stdout).toBe(`${ESC}[2Jgone\n`);
  });

  test('what a command of a plugin writes cannot steer it either', async () => {
    const plugin = makePlugin(temporaryFolder(), cmds('a'));
    const line = `$AISOPOD say --plugin ${plugin} \\"a\\\\u001b[2J\\\\n\\" null`;
    expect((await shell(onTerminal(line), { home })).stdout).toBe('a\\u{1b}[2J\r\n');
  });

  test('Ctrl-C from the keyboard cancels the call', async () => {
    const line = 'exec $AISOPOD tools call tick "{\\"count\\":1000,\\"interval_ms\\":20}"';
    const run = startShell(onTerminal(line), { home, keepInput: true });
    await run.until('stdout', /"tick":2/);
    run.child.stdin?.write('\x03');
    const { code, stdout } = await run.done;
    expect(stdout).toMatch(/Cancelling the call\..*CALL_CANCELLED/s);
    expect(code).toBe(130);
  });
});
