import { chmodSync, chownSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parseCommandLine } from '../../src/cli/parse.js';
import { cliInProcess as cli, homeWith, pluginsOf, shell } from './run-cli.js';

const SRC = fileURLToPath(new URL('../../src', import.meta.url));
const asRoot = process.getuid?.() === 0;

/** Every command of ours that a message names, its placeholders filled in. */
const named = new Set(
  readdirSync(SRC, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(join(SRC, file), 'utf8').replace(/^\s*(?:\/\/|\/?\*).*$/gm, ''))
    .flatMap((text) => [
      ...text.matchAll(/(?:[`(["]|: '?)aisopod ([a-z-]+(?: (?:[a-z-]+|\$\{root\}))*)/g),
    ])
    .map(([, words = '']) => words.replace(/\$\{\w+\}/, 'calculator')),
);

describe('the commands of ours that messages name', () => {
  test('are some', () => {
    expect([...named]).toEqual(
      expect.arrayContaining(['sdk path', 'paths', 'plugins list', 'plugins inspect calculator']),
    );
  });

  test.each([...named])('aisopod %s is one', async (line) => {
    const home = homeWith('calculator');
    const { words } = parseCommandLine(line.split(' '));
    // What needs arguments that the message leaves to its reader is asked for its help, and what compiles for
    // minutes too.
    // So is what runs until it is ended.
    const isLong = /^(?:build-addon|watch)/.test(line);
    const { code, stderr } = await cli(isLong ? [...words, '--help'] : words, { home });
    if (code !== 0) expect(await cli([...words, '--help'], { home })).toMatchObject({ code: 0 });
    expect(stderr).not.toContain('There is no command named');
  });

  test.each([
    [['doctor']],
    [['plugns']],
    [['plugins', 'lst']],
    [['plugins', 'inspect']],
    [['tools', 'call', 'x', '{}', '{}']],
    [['paths', '--stream']],
    [['plugins', 'doctor', '--host-version', 'x']],
  ])('and after wrong usage, of %j, the help that it points to', async (args) => {
    const { stderr } = await cli(args);
    const line = /Help: aisopod (.*) \(USAGE\)/.exec(stderr)?.[1] ?? '';
    expect(await cli(line.split(' '))).toMatchObject({ code: 0 });
  });

  test('and what one probably meant', async () => {
    const { stderr } = await cli(['inspct']);
    const meant = /Did you mean "aisopod (.*)"\? Help/.exec(stderr)?.[1] ?? '';
    expect(meant).toBe('plugins inspect');
  });
});

describe('the commands of the shell that the doctor names', () => {
  type Break = (dir: string) => void;
  const BREAKS: [name: string, break_: Break, needsRoot?: boolean, needsUser?: boolean][] = [
    ['a folder that everyone can write', (dir) => chmodSync(dir, 0o777)],
    ['a library that everyone can write', (dir) => chmodSync(join(dir, 'calculator.so'), 0o777)],
    [
      'a manifest that a group can write',
      (dir) => {
        chownSync(join(dir, 'aisopod.plugin.toml'), 0, 54321);
        chmodSync(join(dir, 'aisopod.plugin.toml'), 0o664);
      },
      true,
    ],
    ["someone else's folder", (dir) => chownSync(dir, 12345, 12345), true],
    [
      'a link to a folder that everyone can write',
      (dir) => {
        const shared = join(dir, '..', '.shared');
        mkdirSync(shared);
        chmodSync(shared, 0o777);
        symlinkSync(shared, join(dir, 'shared'));
      },
    ],
    ['a folder that cannot be read', (dir) => chmodSync(dir, 0o000), false, true],
    [
      'a manifest that cannot be read',
      (dir) => chmodSync(join(dir, 'aisopod.plugin.toml'), 0o000),
      false,
      true,
    ],
    [
      'a library that cannot be read',
      (dir) => chmodSync(join(dir, 'calculator.so'), 0o000),
      false,
      true,
    ],
  ];
  const possible = BREAKS.filter(
    ([, , needsRoot, needsUser]) => !(needsRoot && !asRoot) && !(needsUser && asRoot),
  );

  test.each(possible)('mend %s', async (_, break_) => {
    const home = homeWith('calculator');
    break_(join(pluginsOf(home), 'calculator'));
    const broken = await cli(['plugins', 'doctor', '--json'], { home });
    expect(broken.code).toBe(1);
    const [plugin] = JSON.parse(broken.stdout).plugins;
    const command = /(?:run|you|it): ((?:chmod|chown|rm) [^()]+)/.exec(plugin.error.message)?.[1];
    expect(plugin.error.message).toContain(command);
    expect(await shell(command ?? 'false', { home })).toMatchObject({ code: 0, stderr: '' });
    expect(await cli(['plugins', 'doctor'], { home })).toMatchObject({ code: 0 });
  });

  test('mend the directory of plugins, and the place of private copies', async () => {
    const home = homeWith('calculator');
    chmodSync(pluginsOf(home), 0o777);
    const { stdout } = await cli(['plugins', 'doctor'], { home });
    const command = /run: (chmod .*)$/m.exec(stdout)?.[1] ?? 'false';
    expect(await shell(command)).toMatchObject({ code: 0 });
    expect(await cli(['plugins', 'doctor'], { home })).toMatchObject({ code: 0 });

    const copies = join(home, '.aisopod', 'cache', 'copies');
    await shell(`mv ${copies} ${home}/elsewhere && ln -s ${home}/elsewhere ${copies}`);
    const stuck = await cli(['plugins', 'doctor'], { home });
    const remove = /again: (rm -rf .*)$/m.exec(stuck.stdout)?.[1] ?? 'false';
    expect(await shell(remove)).toMatchObject({ code: 0 });
    expect(readdirSync(join(home, 'elsewhere'))).not.toEqual([]);
    expect(await cli(['plugins', 'doctor'], { home })).toMatchObject({ code: 0 });
  });
});
