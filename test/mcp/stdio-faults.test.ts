import { describe, expect, test } from 'vitest';
import { type CliOptions, homeWith, startCli } from '../cli/run-cli.js';
import { writePlugin } from '../cli/write-plugin.js';
import { withBuild } from '../support/run-built.js';

withBuild();

const home = homeWith('calculator', 'ticker');
const message = (more: object) => `${JSON.stringify({ jsonrpc: '2.0', ...more })}\n`;
const initialize = message({
  id: 1,
  method: 'initialize',
  params: {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'test', version: '1' },
  },
});
const call = (id: number, name: string, args: object) =>
  message({ id, method: 'tools/call', params: { name, arguments: args } });
const six = call(2, 'calculate', { expression: '1 + 5' });

function run(options: CliOptions & { readonly args?: readonly string[] } = {}) {
  return startCli(['mcp', ...(options.args ?? [])], { home, ...options });
}

/** The messages of an output that holds nothing else. */
function messages(stdout: string): Record<string, never>[] {
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

const answerTo = (stdout: string, id: number | null) =>
  messages(stdout).find((each) => (each.id as unknown) === id) as unknown;

describe('the server', () => {
  test('ends with 0 when standard input is closed', async () => {
    expect(await run().done).toMatchObject({ code: 0, stdout: '' });
  });

  test('answers what it was asked before standard input was closed', async () => {
    const { code, stdout } = await run({ input: initialize + six }).done;
    expect(code).toBe(0);
    expect(answerTo(stdout, 1)).toMatchObject({ result: { serverInfo: { name: 'aisopod' } } });
    expect(answerTo(stdout, 2)).toMatchObject({ result: { content: [{ text: '6' }] } });
  });

  test('answers the last line without its end', async () => {
    const { stdout } = await run({ input: initialize + six.trimEnd() }).done;
    expect(answerTo(stdout, 2)).toMatchObject({ result: { content: [{ text: '6' }] } });
  });

  test.each([
    ['text', 'garbage'],
    ['bytes that are not UTF-8', Buffer.from([0x22, 0xff, 0x22])],
    ['half a document', '{"jsonrpc":"2.0","id":9,'],
  ])('answers a line of %s with a parse error, and goes on', async (_, line) => {
    const input = Buffer.concat(
      [initialize, line, '\n\n \n', six].map((part) => Buffer.from(part)),
    );
    const { code, stdout } = await run({ input }).done;
    expect(code).toBe(0);
    expect(messages(stdout)).toHaveLength(3);
    expect(answerTo(stdout, null)).toMatchObject({ error: { code: -32700 } });
    expect(answerTo(stdout, 2)).toMatchObject({ result: { content: [{ text: '6' }] } });
  });

  test.each([
    ['a number', '7', null],
    ['a list', '[]', null],
    ['a message of another version', '{"jsonrpc":"1.0","id":9,"method":"ping"}', 9],
    ['a message without a method', '{"jsonrpc":"2.0","id":9}', 9],
  ])('answers %s with an error, and goes on', async (_, line, id) => {
    const { code, stdout } = await run({ input: `${initialize}${line}\n${six}` }).done;
    expect(code).toBe(0);
    expect(answerTo(stdout, id)).toMatchObject({ error: { code: -32600 } });
    expect(answerTo(stdout, 2)).toMatchObject({ result: { content: [{ text: '6' }] } });
  });

  test('answers a line of 40 MB with an error, and goes on', async () => {
    const giant = `{"jsonrpc":"2.0","id":9,"method":"${'x'.repeat(40_000_000)}"}\n`;
    const { code, stdout } = await run({ input: initialize + giant + six }).done;
    expect(code).toBe(0);
    expect(answerTo(stdout, null)).toMatchObject({
      error: { code: -32600, message: expect.stringContaining('33554432 bytes') },
    });
    expect(answerTo(stdout, 2)).toMatchObject({ result: { content: [{ text: '6' }] } });
  });

  test('takes an argument of a megabyte', async () => {
    const long = call(2, 'calculate', { expression: '1'.repeat(1_000_000) });
    const { stdout } = await run({ input: initialize + long }).done;
    expect(answerTo(stdout, 2)).toMatchObject({ result: { isError: true } });
  });

  test('ends with 143 on SIGTERM while a tool never ends', async () => {
    const running = run({ keepInput: true });
    running.child.stdin?.write(initialize + call(9, 'slow', { ms: 600_000 }) + six);
    await running.until('stdout', /"id":2/);
    running.child.kill('SIGTERM');
    expect(await running.done).toMatchObject({ code: 143, signal: null });
  });

  test('ends when its reader has gone', async () => {
    const running = run({ keepInput: true });
    running.child.stdout?.destroy();
    running.child.stdin?.write(initialize);
    expect(await running.done).toMatchObject({ code: 0 });
  });

  test.skipIf(process.platform === 'win32')(
    'keeps standard input from the programs that plugins start',
    async () => {
      const folder = writePlugin({
        id: 'thief',
        create: 'if (system("cat >/dev/null")) return AISOPOD_E_FAIL;',
        handler: 'if (system("cat >/dev/null")) return AISOPOD_E_FAIL;',
      });
      const input = initialize + call(3, 'run', {}) + six;
      const { code, stdout } = await run({ args: ['--plugin', folder], input }).done;
      expect(code).toBe(0);
      expect(answerTo(stdout, 3)).toMatchObject({ result: { content: [{ text: 'done' }] } });
      expect(answerTo(stdout, 2)).toMatchObject({ result: { content: [{ text: '6' }] } });
    },
  );
});
