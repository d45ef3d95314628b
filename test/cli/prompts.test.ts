import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makePlugin } from '../support/plugin-folder.js';
import { hasScript, onTerminal } from './on-terminal.js';
import { cliInProcess, homeWith, pluginsOf, shell } from './run-cli.js';

const home = homeWith('prompts-review');
const hostile = homeWith();
makePlugin(pluginsOf(hostile), { id: 'hostile', source: 'hostile.c' });

const prompts = (...line: string[]) => cliInProcess(['prompts', ...line], { home });

describe('aisopod prompts list', () => {
  test('prints a line for each', async () => {
    expect(await prompts('list')).toMatchObject({
      code: 0,
      stdout:
        'prompts-review\treview\t<change> [language] [focus]\tAsk for the review of a change\n' +
        'prompts-review\tcommit-message\t<change>\tAsk for the message of a commit\n',
      stderr: '',
    });
  });

  test('prints all about them with --json', async () => {
    const [review] = JSON.parse((await prompts('list', '--json')).stdout).prompts;
    expect(review).toEqual({
      plugin: 'prompts-review',
      name: 'review',
      fullName: 'prompts-review:review',
      wireName: 'review',
      title: 'Review',
      description: 'Ask for the review of a change',
      arguments: [
        {
          name: 'change',
          description: 'The change, such as a diff',
          required: true,
          complete: false,
        },
        { name: 'language', description: expect.any(String), required: false, complete: true },
        {
          name: 'focus',
          description: expect.any(String),
          required: false,
          complete: ['correctness', 'security', 'speed', 'tests'],
        },
      ],
    });
  });

  test('prints nothing where there is nothing', async () => {
    const none = ['prompts', 'list', '--home', join(home, 'none')];
    expect(await cliInProcess(none, { home })).toMatchObject({ code: 0, stdout: '' });
    expect((await cliInProcess([...none, '--json'], { home })).stdout).toBe('{"prompts":[]}\n');
  });
});

describe('aisopod prompts render', () => {
  test('prints the text, with arguments that may hold = and line ends', async () => {
    const { code, stdout } = await prompts('render', 'commit-message', '--arg', 'change=a=b\nc');
    expect(code).toBe(0);
    expect(stdout.endsWith('\n\na=b\nc\n')).toBe(true);
  });

  test('prints the result with --json', async () => {
    const { stdout } = await prompts('render', 'commit-message', '--arg', 'change=x', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      messages: [{ role: 'user', text: expect.stringContaining('\n\nx') }],
      metadata: { plugin: 'prompts-review', version: '1.0.0', prompt: 'commit-message' },
    });
  });

  test('names the role of a message that is not the only one of the user', async () => {
    const { stdout } = await cliInProcess(['prompts', 'render', 'said'], { home: hostile });
    expect(stdout).toMatch(/^assistant:\n/);
  });

  test.skipIf(!hasScript())('shows on a terminal what would steer it', async () => {
    const { stdout } = await shell(onTerminal('$AISOPOD prompts render said'), { home: hostile });
    expect(stdout).toContain('assistant:\r\n\\u{1b}]0;title');
  });

  test.each<[string, string[], number, RegExp]>([
    [
      'an unknown prompt',
      ['reviw'],
      1,
      /Did you mean "review"\? .*prompts list \(PROMPT_NOT_FOUND/,
    ],
    ['a missing argument', ['review'], 1, /"change" is required and not given/],
    ['an unknown argument', ['review', '--arg', 'chnge=x'], 1, /did you mean "change"\?/],
    [
      'an argument without a value',
      ['review', '--arg', 'x'],
      2,
      /--arg is "x"; it must be NAME=VALUE/,
    ],
    ['an argument without a name', ['review', '--arg', '=x'], 2, /it must be NAME=VALUE/],
    [
      'an argument twice',
      ['review', '--arg', 'a=1', '--arg', 'a=2'],
      2,
      /--arg "a" is given twice/,
    ],
    ['no name', [], 2, /needs <name>/],
    ['a wrong --timeout', ['review', '--timeout', 'x'], 2, /prompts render --help/],
  ])('refuses %s', async (_, line, code, message) => {
    const result = await prompts('render', ...line);
    expect(result).toMatchObject({ code, stdout: '', stderr: expect.stringMatching(message) });
  });

  test('says with --json why it failed', async () => {
    const { code, stdout } = await prompts('render', 'review', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout).error).toMatchObject({
      code: 'ARGUMENTS_INVALID',
      details: { prompt: 'prompts-review:review', faults: [{ path: '/change' }] },
    });
  });

  test('alone has --arg', async () => {
    const { code, stderr } = await prompts('list', '--arg', 'a=b');
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining(
        '--arg is an option of "aisopod prompts render", not of "aisopod prompts list".',
      ),
    });
  });

  test('is completed with the names that manifests list', async () => {
    const { stdout } = await cliInProcess(['__complete', '--', 'prompts', 'render', ''], { home });
    expect(stdout).toBe(
      'review\tPrompt of prompts-review\ncommit-message\tPrompt of prompts-review\n',
    );
  });
});
