import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.js';
import { cliInProcess as cli } from './run-cli.js';

const { version } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
);

describe('--version', () => {
  test.each([[['--version']], [['tools', '--version']], [['tools', 'call', 'x', '--version']]])(
    'prints the version with %j',
    async (args) => {
      expect(await cli(args)).toMatchObject({ code: 0, stdout: `${version}\n`, stderr: '' });
    },
  );

  test('is a document with --json', async () => {
    expect((await cli(['--version', '--json'])).stdout).toBe(`{"version":"${version}"}\n`);
  });
});

describe('--help', () => {
  test('lists every command; so does no command at all', async () => {
    const [asked, bare] = await Promise.all([cli(['--help']), cli([])]);
    expect(asked).toMatchObject({ code: 0, stderr: '' });
    for (const { name } of COMMANDS) expect(asked.stdout).toContain(`  ${name}`);
    expect(bare).toEqual(asked);
  });

  test.each(COMMANDS.map(({ name }) => name))('of %s has examples', async (name) => {
    const { code, stdout } = await cli([...name.split(' '), '--help']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Examples:\n {2}# .+\n {2}\$ .*aisopod/m);
    expect(stdout).toContain(`aisopod ${name}`);
  });

  test('may stand anywhere, also beside what is wrong', async () => {
    const expected = await cli(['tools', 'call', '--help']);
    expect(await cli(['-h', 'tools', '--nonsense', 'call'])).toEqual(expected);
  });

  test('of a group lists its commands alone', async () => {
    const { code, stdout } = await cli(['plugin', '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain('plugins doctor');
    expect(stdout).not.toContain('tools call');
  });
});

describe('wrong usage', () => {
  test.each([
    [
      'an unknown command',
      ['plugns'],
      /no command named "plugns"\. Did you mean "plugins"\? Help: aisopod --help/,
    ],
    [
      'a command without its group',
      ['doctor'],
      /no command named "doctor"\. Did you mean "aisopod plugins doctor"\?/,
    ],
    [
      'a word that several groups have',
      ['list'],
      /Did you mean "aisopod plugins list".*"aisopod tools list".*\?/,
    ],
    ['a misspelt one without its group', ['inspct'], /Did you mean "aisopod plugins inspect"\?/],
    [
      'an unknown second word',
      ['tools', 'cal'],
      /Did you mean "tools call"\? Help: aisopod tools --help/,
    ],
    [
      'a group alone',
      ['plugins'],
      /needs one of: list, inspect, doctor, graph, bisect, import, enable, disable, reload\./,
    ],
    [
      'an unknown option',
      ['tools', 'list', '--jsno'],
      /no option named "--jsno"\. Did you mean "--json"\?/,
    ],
    ['an option without its value', ['paths', '--home'], /--home needs a value, as in --home=DIR/],
    ['an option whose value is an option', ['paths', '--home', '--json'], /--home needs a value/],
    ['a value for a flag', ['paths', '--json=1'], /--json takes no value/],
    ['an option of another command', ['paths', '--stream'], /option of "aisopod tools call"/],
    [
      'a host version that is none',
      ['plugins', 'doctor', '--host-version', '2'],
      /--host-version needs a version such as 1\.2\.0, and "2" is not one/,
    ],
    ['a missing argument', ['plugins', 'inspect'], /needs <id>/],
    [
      'too many arguments',
      ['tools', 'call', 'a', '{}', 'b'],
      /does not take "b"\. Put the JSON in quotes/,
    ],
    ['an unknown command with --help', ['nonsense', '--help'], /no command named "nonsense"/],
  ])('%s says so and ends with 2', async (_, args, said) => {
    const json = args.includes('--json');
    const { code, stdout, stderr } = await cli(args);
    expect(code).toBe(2);
    expect(json ? stdout : stderr).toMatch(said);
    expect(json ? stderr : stdout).toBe('');
  });

  test('is {"error":{"code","message","details"}} on standard output with --json', async () => {
    const { code, stdout, stderr } = await cli(['--json', 'nonsense']);
    expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({
      error: {
        code: 'USAGE',
        message: expect.stringContaining('nonsense'),
        details: { command: 'nonsense', similar: null },
      },
    });
  });
});
