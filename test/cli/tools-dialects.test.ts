import { expect, test } from 'vitest';
import { TOOL_DIALECTS } from '../../src/kinds/tools/dialects/index.js';
import { cliInProcess, homeWith } from './run-cli.js';

test.each(TOOL_DIALECTS)('tools list --dialect %s --json prints definitions', async (dialect) => {
  const home = homeWith('calculator');
  const { code, stdout, stderr } = await cliInProcess(
    ['tools', 'list', '--dialect', dialect, '--json'],
    { home },
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const { tools } = JSON.parse(stdout);
  expect(tools).toEqual([
    {
      tool: 'calculator:calculate',
      name: 'calculate',
      definition: expect.any(Object),
      dropped: expect.any(Array),
    },
  ]);
  expect(JSON.stringify(tools[0].definition)).toContain('"expression"');
});

test('tools list --dialect prints a line for each tool, and notes on standard error', async () => {
  const home = homeWith('calculator');
  const line = ['tools', 'list', '--dialect', 'openai-strict'];
  const { code, stdout, stderr } = await cliInProcess(line, { home });
  expect(code).toBe(0);
  const [name, tool, definition] = stdout.trimEnd().split('\t');
  expect([name, tool]).toEqual(['calculate', 'calculator:calculate']);
  expect(JSON.parse(definition ?? '')).toMatchObject({ function: { strict: true } });
  expect(stderr).toContain(
    'note: calculator:calculate /properties/expression: "minLength" is dropped: ' +
      'openai-strict does not have this keyword\n',
  );
});

test('tools list refuses a dialect that is not known, before it starts a plugin', async () => {
  const home = homeWith('calculator');
  const line = ['tools', 'list', '--dialect', 'anthropics'];
  const { code, stdout, stderr } = await cliInProcess(line, { home });
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain('There is no dialect named "anthropics". Did you mean "anthropic"?');
});

test('tools call has no option --dialect', async () => {
  const home = homeWith('calculator');
  const { code, stderr } = await cliInProcess(['tools', 'call', 'calculate', '--dialect', 'mcp'], {
    home,
  });
  expect(code).toBe(2);
  expect(stderr).toContain('--dialect is an option of "aisopod tools list"');
});
