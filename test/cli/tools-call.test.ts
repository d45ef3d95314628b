import { describe, expect, test } from 'vitest';
import { cliInProcess as cli, homeWith, shell } from './run-cli.js';

const home = homeWith('calculator', 'ticker', 'file-search');
const call = (...args: string[]) => cli(['tools', 'call', ...args], { home });
const TICKS = '{"count":2,"interval_ms":0}';

describe('a result', () => {
  test('is its output', async () => {
    expect(await call('calculator:calculate', '{"expression":"2^10"}')).toMatchObject({
      code: 0,
      stdout: '1024\n',
      stderr: '',
    });
  });

  test('is one line of JSON with --json', async () => {
    const { code, stdout } = await call('calculate', '{"expression":"2 + 2"}', '--json');
    expect(code).toBe(0);
    expect(stdout).toBe(
      '{"success":true,"data":4,"output":"4",' +
        '"metadata":{"plugin":"calculator","version":"1.0.0","tool":"calculate"}}\n',
    );
  });

  test('that is an error of the plugin goes to standard error and ends with 1', async () => {
    expect(await call('calculate', '{"expression":"2 +"}')).toEqual({
      code: 1,
      signal: null,
      stdout: '',
      stderr: 'error: calculate: unexpected end at position 4 (INVALID)\n',
    });
  });

  test('that is an error of the plugin is a result with --json, and ends with 1', async () => {
    const { code, stdout, stderr } = await call('calculate', '{"expression":"2 +"}', '--json');
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({
      success: false,
      error: { code: 'INVALID', details: { position: 4 } },
    });
  });
});

describe('arguments', () => {
  test('come from standard input for -', async () => {
    const { stdout } = await cli(['tools', 'call', 'calculate', '-'], {
      home,
      input: '\n{\n  "expression": "1/4"\n}\n',
    });
    expect(stdout).toBe('0.25\n');
  });

  test('are {} when there is none', async () => {
    const { code, stderr } = await call('calculate');
    expect(code).toBe(1);
    expect(stderr).toMatch(/"expression" is missing.*\(ARGUMENTS_INVALID\)\n$/s);
  });

  test('that are no JSON are wrong usage, with the position', async () => {
    const { code, stdout } = await call('calculate', '{"expression":}', '--json');
    expect(code).toBe(2);
    expect(JSON.parse(stdout).error).toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining('The text around it: {"expression":>>>}'),
      details: { position: 15, found: '"}"', expected: 'a value' },
    });
  });

  test.each([
    ['{"expression":"1","id":1095339349210312744}', 'position 24. Write it in quotes: "1095339'],
    ['{"expression":1e400}', 'position 15. Write it in quotes: "1e400".'],
    ['{"expression":"1","expression":"2"}', 'the key "expression" twice in one object at position'],
    ['{"expression":"\\ud83d"}', 'half of a surrogate pair at position 16'],
  ])('that would reach the tool as something else are refused: %s', async (args, said) => {
    const { code, stdout } = await call('calculate', args, '--json');
    expect(code).toBe(1);
    const { error } = JSON.parse(stdout);
    expect(error.code).toBe('ARGUMENTS_INVALID');
    expect(error.message).toContain(said);
  });

  test.each([
    ['empty', '', /is empty/],
    ['not UTF-8', Uint8Array.of(0x22, 0xff, 0x22), /not UTF-8/],
    ['broken on its second line', '{\n"a" 1}', /line 2, column 5/],
  ])('from a standard input that is %s are wrong usage', async (_, input, said) => {
    const { code, stderr } = await cli(['tools', 'call', 'calculate', '-'], { home, input });
    expect(code).toBe(2);
    expect(stderr).toMatch(said);
  });
});

describe('chunks', () => {
  test('are lines before the result with --stream', async () => {
    const { stdout } = await call('tick', TICKS, '--stream');
    expect(stdout).toBe('{"tick":1,"of":2}\n{"tick":2,"of":2}\n{"ticks":2}\n');
  });

  test('are documents before the result with --stream --json', async () => {
    const { stdout } = await call('tick', TICKS, '--stream', '--json');
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toMatchObject([
      { chunk: { tick: 1, of: 2 } },
      { chunk: { tick: 2, of: 2 } },
      { success: true, data: { ticks: 2 } },
    ]);
  });

  test('are not printed into a pipe without --stream', async () => {
    expect((await call('tick', TICKS)).stdout).toBe('{"ticks":2}\n');
  });

  test('come while the call runs', async () => {
    const { stdout } = await shell(
      `$AISOPOD tools call tick '{"count":1000,"interval_ms":1000}' --stream | head -n 1`,
      { home },
    );
    expect(stdout).toBe('{"tick":1,"of":1000}\n');
  });
});

describe('a reader that has had enough', () => {
  test('ends the call quietly', async () => {
    const { stdout, stderr } = await shell(
      `{ $AISOPOD tools call tick '{"count":1000,"interval_ms":1}' --stream; echo "exit $?" >&2; } | head -n 1`,
      { home },
    );
    expect({ stdout, stderr }).toEqual({ stdout: '{"tick":1,"of":1000}\n', stderr: 'exit 0\n' });
  });

  test.skipIf(process.platform !== 'linux')('is not a full disk, which is a failure', async () => {
    const { stderr } = await shell(
      `$AISOPOD tools call calculate '{"expression":"1"}' --json > /dev/full; echo "exit $?" >&2`,
      { home },
    );
    expect(stderr).toMatch(/^error: .*ENOSPC.* \(OUTPUT_FAILED\)\nexit 1\n$/);
  });
});

describe('a call that comes to no answer', () => {
  test('of an unknown tool names the nearest one', async () => {
    const { code, stdout } = await call('calculat', '{}', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout).error).toMatchObject({
      code: 'TOOL_NOT_FOUND',
      message: expect.stringContaining('calculate'),
      details: { tool: 'calculat' },
    });
  });

  test('ends at --timeout', async () => {
    const { code, stderr } = await call('slow', '{"ms":600000}', '--timeout', '50');
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: .*--timeout MS, .*\(CALL_DEADLINE\)\n$/);
  });

  test.each(['0', '-1', '1e3', 'soon', '2147483648', '1.5'])(
    'is wrong usage with --timeout %s',
    async (ms) => {
      const { code, stderr } = await call('slow', '{"ms":0}', `--timeout=${ms}`);
      expect(code).toBe(2);
      expect(stderr).toMatch(/whole number of milliseconds/);
    },
  );
});
