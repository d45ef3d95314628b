import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.js';
import { temporaryFolder } from '../support/compile-library.js';
import { cliInProcess as cli, homeWith, MAIN, pluginsOf, startShell } from './run-cli.js';
import { writePlugin } from './write-plugin.js';

const home = homeWith('calculator', 'wordcount', 'ticker');
const words = async (...line: string[]) => {
  const { code, stdout, stderr } = await cli(['__complete', '--', ...line], { home });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout.split('\n').flatMap((each) => each.split('\t', 1)[0] || []);
};

describe('a word becomes', () => {
  test.each<[string[], string[]]>([
    [['plug'], ['plugins']],
    [['wo'], ['wordcount']],
    [['calculator:'], []],
    [['wordcount:'], ['wordcount:wordcount']],
    [['plugins', 'in'], ['inspect']],
    [['plugin', 'doc'], ['doctor']],
    [['plugins', 'inspect', 'cal'], ['calculator']],
    [['plugins', '--json', 'inspect', 't'], ['ticker']],
    [
      ['tools', 'call', ''],
      ['calculate', 'tick', 'slow'],
    ],
    [['tools', 'call', 'ticker:s'], ['ticker:slow']],
    [['tools', 'call', 'tick', ''], []],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish'],
    ],
    [['--hom'], ['--home']],
    [['tools', 'call', '--ti'], ['--timeout']],
    [['tools', 'list', '--ti'], []],
    [['plugins', 'inspect', '--home', ''], []],
    [['wordcount', '--js'], ['--json']],
    [['wordcount', '--', '--js'], []],
    [['wordcount', 'x'], []],
    [['nothing', 'x'], []],
  ])('%j: %j', async (line, expected) => {
    expect(await words(...line)).toEqual(expected);
  });

  test('any first word of ours, or the command of a plugin', async () => {
    const own = COMMANDS.map(({ name }) => name.split(' ', 1)[0]);
    expect(await words('')).toEqual([...new Set(own), 'wordcount']);
    expect(await words()).toEqual([...new Set(own), 'wordcount']);
  });

  test('the full name where a short one is taken', async () => {
    const again = writePlugin({ id: 'zzz', manifest: '[capabilities]\ntools = ["tick"]' });
    expect(await words('--plugin', again, 'tools', 'call', 'ti')).toEqual(['tick']);
    expect(await words('--plugin', again, 'tools', 'call', 'zz')).toEqual(['zzz:tick']);
  });
});

test.each([
  '$(touch>mark)',
  '`id`',
  'a;b',
  'a|b',
  'a&b',
  '"a',
  "'a",
  'a*',
  '~root',
  '\u202ea',
  '=ls',
  '--home',
])('a manifest that lists %j as a name adds no candidate', async (name) => {
  const plugin = writePlugin({
    id: 'evil',
    manifest: `[capabilities]\ntools = [${JSON.stringify(name)}, "fine"]`,
  });
  expect(await words('--plugin', plugin, 'tools', 'call', '')).toEqual([
    'calculate',
    'fine',
    'tick',
    'slow',
  ]);
});

describe('a key press', () => {
  test('opens no plugin', async () => {
    const folder = writePlugin({
      id: 'loud',
      extra: '__attribute__((constructor)) static void opened(void) { abort(); }',
    });
    expect(await words('--plugin', folder, 'tools', 'call', 'r')).toEqual(['run']);
  });

  test('is no place for a message, whatever is broken', async () => {
    const broken = homeWith();
    writeFileSync(join(broken, '.aisopod', 'config.toml'), 'nonsense');
    for (const options of [{ home: broken }, { env: { HOME: '' } }]) {
      const line = ['__complete', '--', 'tools', 'call', ''];
      expect(await cli(line, options)).toMatchObject({ code: 0, stdout: '', stderr: '' });
    }
  });

  test('does not offer what is switched off, but to be asked about', async () => {
    const off = homeWith('ticker');
    const config = join(off, '.aisopod', 'config.toml');
    writeFileSync(config, '[plugins.settings.ticker]\nenabled = false\n');
    const ask = (...line: string[]) => cli(['__complete', '--', ...line], { home: off });
    expect((await ask('tools', 'call', '')).stdout).toBe('');
    expect((await ask('plugins', 'inspect', '')).stdout).toMatch(/^ticker\tTicks/);
  });
});

describe('completion', () => {
  test.each(['bash', 'zsh', 'fish'])('prints the script for %s', async (shell) => {
    const { code, stdout } = await cli(['completion', shell]);
    expect(code).toBe(0);
    expect(stdout).toContain('__complete');
    const json = await cli(['completion', shell, '--json']);
    expect(JSON.parse(json.stdout)).toEqual({ completion: { shell, script: stdout } });
  });

  test.each(['tcsh', 'Bash', 'constructor'])('knows no %s', async (shell) => {
    expect(await cli(['completion', shell])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('The supported shells are: bash, zsh, fish'),
    });
  });
});

function has(command: string, ...args: string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** A folder with the program under its name. */
function binFolder(): string {
  const folder = temporaryFolder();
  const file = join(folder, 'aisopod');
  writeFileSync(file, `#!/bin/sh\nexec "${process.execPath}" "${MAIN}" "$@"\n`);
  chmodSync(file, 0o755);
  return folder;
}

describe.skipIf(!has('bash', '--version') || !has('script', '--version'))('in bash', () => {
  test('the tab key completes lines', async () => {
    const { child, until, done } = startShell(
      "script -qec 'stty cols 200; exec bash --norc --noprofile -i' /dev/null",
      {
        home,
        keepInput: true,
        env: {
          PATH: `${binFolder()}:${process.env.PATH}`,
          TERM: 'dumb',
          PS1: '$ ',
          INPUTRC: '/dev/null',
          HISTFILE: '/dev/null',
        },
      },
    );
    child.stdout?.setMaxListeners(0);
    const type = (text: string) => child.stdin?.write(text);
    type('eval "$(aisopod completion bash)"; echo rea""dy\n');
    await until('stdout', /^ready/m);
    const cases: [string, RegExp][] = [
      ['aisopod plug\t', /aisopod plugins /],
      ['aisopod tools ca\t', /aisopod tools call /],
      ['aisopod tools call calcu\t', /tools call calculate /],
      ['aisopod tools call ticker:s\t', /tools call ticker:slow /],
      ['aisopod --home=/x plugins ins\t', /plugins inspect /],
      ['aisopod wordc\t', /aisopod wordcount /],
      ['aisopod wordcount:w\t', /aisopod wordcount:wordcount /],
      ['aisopod "tools" call ti\t', /"tools" call tick /],
      ['aisopod completion z\t', /completion zsh /],
      [`aisopod plugins inspect --home ${home}/.aiso\t`, /\.aisopod\//],
    ];
    for (const [line, seen] of cases) {
      type(line);
      await until('stdout', new RegExp(`${seen.source}$`));
      type('\x15');
    }
    type('exit\n');
    await done;
  });
});

describe.skipIf(!has('zsh', '--version'))('in zsh', () => {
  test('its function finds words', async () => {
    const script = join(temporaryFolder(), 'complete.zsh');
    writeFileSync(
      script,
      `compdef() { echo "compdef $*" }
       _describe() { print -rl -- "\${(@P)3}" }
       _files() { echo files }
       eval "$(aisopod completion zsh)"
       words=(aisopod plug); CURRENT=2; _aisopod
       words=(aisopod "'tools'" call ticker:s); CURRENT=4; _aisopod
       words=(aisopod paths --home ''); CURRENT=4; _aisopod\n`,
    );
    const { stdout } = await startShell(`zsh -f ${script}`, {
      home,
      env: { PATH: `${binFolder()}:${process.env.PATH}` },
    }).done;
    expect(stdout).toBe(
      'compdef _aisopod aisopod\nplugins:The commands of plugins\n' +
        'ticker\\:slow:Tool of ticker\nfiles\n',
    );
  });
});

describe.skipIf(!has('fish', '--version'))('in fish', () => {
  test('it completes lines', async () => {
    const { stdout } = await startShell(
      'fish --no-config -c "aisopod completion fish | source; complete -C \'aisopod plug\'"',
      { home, env: { PATH: `${binFolder()}:${process.env.PATH}` } },
    ).done;
    expect(stdout).toMatch(/^plugins\t/m);
  });
});

const SHELLS: Record<string, { start: string; load: string }> = {
  bash: { start: 'bash --norc --noprofile -i', load: 'eval "$(aisopod completion bash)"' },
  zsh: {
    start: 'zsh -f -i',
    load: 'autoload -U compinit; compinit -D -u; eval "$(aisopod completion zsh)"',
  },
  fish: { start: 'fish --no-config -i', load: 'aisopod completion fish | source' },
};

describe.each(Object.entries(SHELLS))('on a terminal, %s', (shell, { start, load }) => {
  const runs = has(shell, '--version') && has('script', '--version');

  test.skipIf(!runs)('runs nothing of a manifest or of the name of a file', async () => {
    const folder = temporaryFolder();
    const mark = join(folder, 'mark');
    const touch = `touch\${IFS}${mark}`;
    const evil = homeWith();
    const plugin = join(pluginsOf(evil), 'evil');
    mkdirSync(plugin, { mode: 0o755 });
    writeFileSync(join(plugin, 'evil.so'), '');
    const names = [`$(${touch})`, `\`${touch}\``, `x;${touch};`, `"$(${touch})"`, 'fine'];
    writeFileSync(
      join(plugin, 'aisopod.plugin.toml'),
      '[plugin]\nid = "evil"\nversion = "1.0.0"\nentry = "evil.so"\n' +
        `description = '$(${touch}) \`${touch}\`'\n` +
        `[capabilities]\ntools = ${JSON.stringify(names)}\n`,
    );
    mkdirSync(join(folder, 'here', '$(touch mark)'), { recursive: true });
    const { child, until, done } = startShell(
      `script -qec 'stty cols 200; exec ${start}' ${join(folder, 'typescript')}`,
      {
        home: evil,
        keepInput: true,
        env: {
          PATH: `${binFolder()}:${process.env.PATH}`,
          TERM: shell === 'bash' ? 'dumb' : 'xterm',
          PS1: '$ ',
          HISTFILE: '/dev/null',
        },
      },
    );
    child.stdout?.setMaxListeners(0);
    const type = (text: string) => child.stdin?.write(text);
    type(`cd ${join(folder, 'here')}; ${load}; echo rea""dy\n`);
    await until('stdout', /^ready/m);
    type('aisopod plugins inspect \t');
    await until('stdout', /evil/);
    type('\x15aisopod tools call \t');
    await until('stdout', /fine/);
    type('\n');
    await until('stdout', /TOOL_NOT_FOUND/);
    type('aisopod plugins list --plugin \t');
    await until('stdout', /touch/);
    type('\n');
    await until('stdout', /failed_manifest/);
    type('exit\n');
    await done;
    expect(existsSync(mark)).toBe(false);
    expect(existsSync(join(folder, 'here', 'mark'))).toBe(false);
  });
});
