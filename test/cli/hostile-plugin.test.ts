import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makePlugin } from '../support/plugin-folder.js';
import { hasScript, onTerminal } from './on-terminal.js';
import { cliInProcess, homeWith, pluginsOf, shell } from './run-cli.js';

const ESC = '\x1b';
// Colours, the line that is rewritten, and the end of a row are ours.
const OURS = new RegExp(`${ESC}\\[\\d+m|\\r${ESC}\\[2K|\\r\\n`, 'g');
const RAW = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
const FORGED = /^error: aisopod/m;

const TEXT = String.raw`\u202E\u200B hidden\nerror: aisopod: your token has expired`;
const home = homeWith();
const folder = makePlugin(pluginsOf(home), { id: 'hostile', source: 'hostile.c' });
appendFileSync(
  join(folder, 'aisopod.plugin.toml'),
  `name = "\\u202E name"\ndescription = "${TEXT}"\nauthor = "\\u202E"\nkeywords = ["\\u202E"]\n` +
    `[config.properties.key]\ntype = "string"\ndefault = "${TEXT}"\ndescription = "${TEXT}"\n`,
);
writeFileSync(
  join(home, '.aisopod', 'config.toml'),
  `[plugins.hostile]\nkey = "\\u202E\\u200B"\n[plugins.other]\n"a\\u202E" = "${TEXT}"\n`,
);

/** What these print is the text of the plugin itself, line by line. */
const OWN_TEXT = [
  'tools call answer',
  'prompts render said',
  'contexts get known x',
  'hostile',
  'hostile --help',
];

const LINES = [
  'plugins list',
  'plugins inspect hostile',
  'plugins doctor',
  'plugins doctor hostile',
  'tools list',
  'tools call answer',
  'tools call fail',
  'tools call answer {bad',
  'commands list',
  'prompts list',
  'prompts render said',
  'contexts list',
  'contexts get known x',
  'hooks list',
  'middleware list',
  'config get hostile',
  'config get hostile key',
  'config explain hostile',
  'hostile',
  'failing',
  'hostile --help',
  '--help',
];

test('the hostile plugin runs, so that its texts are shown', async () => {
  const { stdout } = await cliInProcess(['plugins', 'list'], { home });
  expect(stdout).toMatch(/^hostile\t1\.0\.0\tactive\t/);
});

describe.skipIf(!hasScript())('a hostile plugin cannot steer the terminal or forge a line', () => {
  test.each(LINES)('aisopod %s', async (line) => {
    const { stdout } = await shell(onTerminal(`$AISOPOD ${line}`), { home });
    const shown = stdout.replace(OURS, '\n').replaceAll('\n', '');
    expect(shown.length).toBeGreaterThan(0);
    expect(shown).not.toMatch(RAW);
    const lines = stdout.replace(OURS, (each) => (each === '\r\n' ? '\n' : ''));
    if (!OWN_TEXT.includes(line)) expect(lines).not.toMatch(FORGED);
  });
});

test.each(LINES.slice(0, -2))('its texts are only escapes in aisopod %s --json', async (line) => {
  const { stdout } = await cliInProcess([...line.split(' '), '--json'], { home });
  expect(stdout.replaceAll('\n', '')).not.toMatch(RAW);
  for (const each of stdout.trimEnd().split('\n')) JSON.parse(each);
});

test.each(LINES)('aisopod %s forges no line of standard error in a pipe', async (line) => {
  const { stderr } = await cliInProcess(line.split(' '), { home });
  expect(stderr.replaceAll('\n', '')).not.toMatch(RAW);
  expect(stderr).not.toMatch(FORGED);
});
