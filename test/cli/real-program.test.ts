import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.js';
import { settled } from '../support/settled.js';
import { type CliResult, cli, cliInProcess, homeWith, pluginsOf } from './run-cli.js';

const home = homeWith('calculator', 'prompts-review', 'wordcount');

/** Lines that do something, of commands that do it without an argument of their own. */
const LINES: Readonly<Record<string, readonly string[]>> = {
  'plugins inspect': ['calculator'],
  'tools call': ['calculate', '{"expression":"6 * 7"}'],
  'prompts render': ['commit-message', '--arg', 'change=x'],
  'config get': ['calculator'],
  completion: ['bash'],
};
const CHANGING =
  /^(?:watch|mcp|config (?:set|unset)|plugins (?:enable|disable|reload)|auth rotate|build-addon|storage \w+)$/;

/** What a run printed, without when things happened and how long they took. */
function comparable({ code, stdout, stderr }: CliResult) {
  return { code, stderr, stdout: stdout.replace(/\d+\.\d ms|20\d\d-[\d:.TZ-]+/g, 'n ms') };
}

// Whether a plugin has started before decides how it is listed.
beforeAll(async () => {
  const plugins = pluginsOf(home);
  const names = readdirSync(plugins, { recursive: true, encoding: 'utf8' });
  await settled(...names.map((name) => join(plugins, name)));
  await cliInProcess(['plugins', 'list'], { home });
});

// All other tests of the command line run in the process of the test.
test.each(COMMANDS.map(({ name }) => name))(
  'aisopod %s as a program prints what it prints in the process of a test',
  async (name) => {
    const words = name.split(' ');
    // What a second run would find otherwise, or does not end, is asked for its help.
    const line = CHANGING.test(name) ? [...words, '--help'] : [...words, ...(LINES[name] ?? [])];
    const [program, inProcess] = await Promise.all([
      cli(line, { home }),
      cliInProcess(line, { home }),
    ]);
    expect(comparable(program)).toEqual(comparable(inProcess));
  },
);
