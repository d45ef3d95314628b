import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cmds } from '../kinds/commands/cmds.js';
import { makePlugin } from '../support/plugin-folder.js';
import { cliInProcess as cli, homeWith, pluginsOf, shell, startCli } from './run-cli.js';

const spec = {
  description: 'Greets someone\nwith a friendly word.',
  args: [
    { name: 'who', description: 'whom' },
    { name: 'how', required: false, many: true },
  ],
  examples: [{ line: 'greet Ada', description: 'one person' }],
  aliases: ['hi'],
  requireAuth: true,
};
const home = homeWith();
makePlugin(pluginsOf(home), cmds('a', [{ name: 'greet', spec }]));
makePlugin(pluginsOf(home), cmds('b'));
const run = (...args: string[]) => cli(args, { home });
const told = async (...args: string[]) => JSON.parse((await run('--json', 'told', ...args)).stdout);

describe('--help', () => {
  test('lists the commands of plugins, by the names they are called by', async () => {
    const { code, stdout } = await run('--help');
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^Commands of plugins:\n(?: {2}.+\n)* {2}greet <who> \[how\.\.\.\] +Greets someone$/m,
    );
    expect(stdout).toMatch(/^ {2}b:greet|^ {2}b:told/m);
  });

  test('of one tells all that its spec says', async () => {
    const { code, stdout } = await run('greet', '--help');
    expect(code).toBe(0);
    expect(stdout).toContain('Greets someone\nwith a friendly word.\n');
    expect(stdout).toContain('  aisopod greet <who> [how...] [options]\n');
    expect(stdout).toMatch(/^ {2}who {2}whom$/m);
    expect(stdout).toContain('  # one person\n  $ aisopod greet Ada\n');
    expect(stdout).toContain('A command of plugin a; a:greet always means it.\nAlso called: hi.\n');
    expect(stdout).toContain('It requires authentication');
    expect(await run('HI', '-h')).toMatchObject({ code: 0, stdout });
    expect(await run('a:greet', '--help')).toMatchObject({ code: 0, stdout });
  });

  test('of one that is not there is wrong usage', async () => {
    expect(await run('gret', '--help')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('There is no command named "gret". Did you mean "greet"?'),
    });
  });

  test('is there also where plugins or the configuration are broken', async () => {
    const broken = homeWith();
    writeFileSync(join(broken, '.aisopod', 'config.toml'), 'nonsense');
    const { code, stdout, stderr } = await cli(['--help'], { home: broken });
    expect(code).toBe(0);
    expect(stdout).toContain('plugins doctor');
    expect(stderr).toMatch(/^warning: The commands of plugins are not known: .*config\.toml/);
    expect((await cli(['--help'], { env: { HOME: '' } })).stdout).toContain('plugins doctor');
  });
});

describe('commands list', () => {
  test('has a line for each, and with --json all that is known', async () => {
    const { stdout } = await run('commands', 'list');
    expect(stdout).toContain('a\tgreet\tGreets someone with a friendly word.\n');
    const { commands } = JSON.parse((await run('commands', 'list', '--json')).stdout);
    expect(commands).toContainEqual(
      expect.objectContaining({ fullName: 'b:told', shortName: 'b:told', aliases: ['what'] }),
    );
  });
});

describe('the words behind the name', () => {
  test.each<[string[], string[]]>([
    [
      ['x', '--top', '3', '-ab', '--name=v', '-'],
      ['x', '--top', '3', '-ab', '--name=v', '-'],
    ],
    [
      ['x', '--json', 'y'],
      ['x', 'y'],
    ],
    [
      ['--', '--json', '--help', '--', 'x'],
      ['--json', '--help', '--', 'x'],
    ],
    [
      ['--stream', '--timeout', '5', '--host-version=1'],
      ['--stream', '--timeout', '5', '--host-version=1'],
    ],
    [
      ['-lv', '-hx', '-vq'],
      ['-lv', '-hx', '-vq'],
    ],
    [
      ['', ' ', 'a b'],
      ['', ' ', 'a b'],
    ],
    [
      ['plugins', 'list'],
      ['plugins', 'list'],
    ],
  ])('%j reach it as %j', async (words, args) => {
    expect((await told(...words)).data.params).toEqual({ args, stdin: '' });
  });

  test('are cleaned of what steers a terminal', async () => {
    expect((await told('a\x1b[31mb\n')).data.params.args).toEqual(['a[31mb\n']);
  });

  test.each<[string[], RegExp]>([
    [['--top', 'told'], /--top is not an option of aisopod\. Put the options of a plugin/],
    [['--timeout', '5', 'told'], /--timeout belongs to "tools call"/],
    [['told', '--home'], /--home needs a value/],
    [['told', '--json=1'], /--json takes no value/],
  ])('%j are wrong usage', async (args, said) => {
    const { code, stderr } = await run(...args);
    expect(code).toBe(2);
    expect(stderr).toMatch(said);
  });

  test('of more than 4096 bytes are refused', async () => {
    expect(await run('told', 'ä'.repeat(2049))).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/4098 bytes; at most 4096.*\(ARGUMENT_TOO_LARGE\)/),
    });
  });
});

describe('standard input', () => {
  test('is handed to a command that reads it', async () => {
    const { stdout } = await cli(['told', '--json'], { home, input: 'a\nä\x1b' });
    expect(JSON.parse(stdout).data.params).toEqual({ args: [], stdin: 'a\nä\x1b' });
  });

  test('is left alone for one that reads none, even if it never ends', async () => {
    const { done } = startCli(['say', '"x"'], { home, keepInput: true });
    expect(await done).toMatchObject({ code: 0, stdout: 'x\n' });
  });

  test('that is no UTF-8 is wrong usage', async () => {
    const { code, stderr } = await cli(['told'], { home, input: Uint8Array.of(0xff) });
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('not UTF-8') });
  });

  test('that is over the limit of a payload is refused', async () => {
    const { code, stderr } = await cli(['told'], { home, input: 'x'.repeat(17 * 1024 * 1024) });
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining('PAYLOAD_TOO_LARGE'),
    });
  });
});

describe('what a command writes', () => {
  test('goes to either stream as it is, and its exit code is that of the program', async () => {
    const chunks = ['"a"', '{"stderr":"e\\n"}', '"b\\n"', '{"output":"last","exitCode":7}'];
    expect(await run('say', ...chunks)).toMatchObject({
      code: 7,
      stdout: 'ab\nlast\n',
      stderr: 'e\n',
    });
  });

  test('is one document with --json', async () => {
    const { code, stdout } = await run('say', '"a\\n"', '{"exitCode":3,"data":[1]}', '--json');
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toEqual({
      exitCode: 3,
      stdout: 'a\n',
      stderr: '',
      data: [1],
      metadata: { plugin: 'a', version: '1.0.0', command: 'say' },
    });
  });

  test('comes while it runs, and a reader that has had enough ends it quietly', async () => {
    const { stdout, stderr } = await shell('{ $AISOPOD yes x; echo "exit $?" >&2; } | head -n 2', {
      home,
    });
    expect({ stdout, stderr }).toEqual({ stdout: 'x\nx\n', stderr: 'exit 0\n' });
  });

  test('before it fails is kept, and its error goes to standard error', async () => {
    expect(await run('fail')).toMatchObject({
      code: 1,
      stdout: 'so far\n',
      stderr: 'error: fail: nothing there (NOT_FOUND)\n  at: 1\n',
    });
    expect(JSON.parse((await run('fail', '--json')).stdout)).toMatchObject({
      exitCode: 1,
      stdout: 'so far\n',
      error: { code: 'NOT_FOUND' },
    });
  });

  test('against the rules is an error', async () => {
    expect(await run('say', '5', 'null')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('(REPLY_REFUSED)'),
    });
  });

  test.skipIf(process.platform !== 'linux')('into a full disk is an error', async () => {
    const { stderr } = await shell('$AISOPOD yes x > /dev/full; echo "exit $?" >&2', { home });
    expect(stderr).toMatch(/\(OUTPUT_FAILED\)\nexit 1\n$/);
  });
});

describe.skipIf(process.platform === 'win32')('Ctrl-C', () => {
  test.each<[string[]]>([[[]], [['--json']]])(
    'cancels it, and the program ends with 130: %j',
    async (json) => {
      const { child, done, until } = startCli(['wait', '/never', '--verbose', ...json], { home });
      await until('stderr', /it waits/);
      child.kill('SIGINT');
      const { code, signal, stdout, stderr } = await done;
      expect({ code, signal }).toEqual({ code: 130, signal: null });
      expect(stderr).toMatch(/^Cancelling the command\./m);
      if (json.length === 0) expect(stdout).toBe('waiting\n');
      else expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'CALL_CANCELLED' } });
    },
  );

  test('a second time ends the program at once, whatever the plugin does', async () => {
    const { child, done, until } = startCli(['wait', '/never', 'deaf'], { home });
    await until('stdout', /waiting/);
    child.kill('SIGINT');
    await until('stderr', /Cancelling/);
    child.kill('SIGINT');
    expect(await done).toMatchObject({ code: null, signal: 'SIGINT' });
  });
});

describe('authentication', () => {
  test('of the owner of the home needs nothing; the token is made when it is needed first', async () => {
    const own = homeWith();
    makePlugin(pluginsOf(own), cmds('a'));
    const token = join(own, '.aisopod', 'token');
    const open = await cli(['say', 'null'], { home: own });
    expect(open.code).toBe(0);
    expect(() => statSync(token)).toThrow('ENOENT');
    const { stdout } = await cli(['private', '--json'], { home: own });
    expect(JSON.parse(stdout).data.meta.role).toBe('owner');
    expect(statSync(token).mode & 0o777).toBe(0o600);
  });

  test('is that of AISOPOD_TOKEN where it is set', async () => {
    await run('private');
    const token = readFileSync(join(home, '.aisopod', 'token'), 'utf8').trim();
    const good = await cli(['private'], { home, env: { AISOPOD_TOKEN: token } });
    expect(good.code).toBe(0);
    const bad = await cli(['private'], { home, env: { AISOPOD_TOKEN: 'x' } });
    expect(bad).toMatchObject({ code: 1, stderr: expect.stringContaining('(AUTH_REFUSED)') });
    expect((await cli(['told'], { home, env: { AISOPOD_TOKEN: 'x' } })).code).toBe(0);
  });

  test('with a token that others can read is refused, and what the message says mends it', async () => {
    const token = join(home, '.aisopod', 'token');
    await run('private');
    chmodSync(token, 0o644);
    expect((await run('told')).code).toBe(0);
    const { code, stderr } = await run('private');
    expect(code).toBe(1);
    expect(stderr).toContain('(TOKEN_UNUSABLE)');
    await shell(/run: (chmod .*)$/m.exec(stderr)?.[1] ?? 'false');
    expect((await run('private')).code).toBe(0);
  });
});

describe('an unknown command', () => {
  test('may be that of a plugin, which is then named', async () => {
    expect(await run('gret')).toMatchObject({
      code: 2,
      stdout: '',
      stderr:
        'error: There is no command named "gret". Did you mean "greet"? Help: aisopod --help (USAGE)\n',
    });
  });

  test.each(['list', 'status', 'a/b', './told', '_x:y:z', 'a b'])('%j is none', async (word) => {
    expect((await run(word)).code).toBe(2);
  });
});
