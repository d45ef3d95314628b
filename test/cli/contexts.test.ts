import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makePlugin } from '../support/plugin-folder.js';
import { hasScript, onTerminal } from './on-terminal.js';
import { cliInProcess, homeWith, pluginsOf, shell } from './run-cli.js';

const home = homeWith('git-context');
const hostile = homeWith();
makePlugin(pluginsOf(hostile), { id: 'hostile', source: 'hostile.c' });
const repository = join(home, 'project');
mkdirSync(repository);
execFileSync('git', ['init', '--quiet', '--initial-branch=main', repository]);

const contexts = (...line: string[]) => cliInProcess(['contexts', ...line], { home });

describe('aisopod contexts list', () => {
  test('prints a line for each, and all about them with --json', async () => {
    const { stdout } = await contexts('list');
    expect(stdout).toMatch(/^git-context\tgit\tStatus, branches and last commits .*\n$/);
    expect(JSON.parse((await contexts('list', '--json')).stdout)).toEqual({
      contexts: [
        {
          plugin: 'git-context',
          name: 'git',
          fullName: 'git-context:git',
          wireName: 'git',
          title: 'Git',
          description: expect.any(String),
          uriTemplate: 'git-context:{+query}',
          mime: 'text/plain',
        },
      ],
    });
  });

  test('prints nothing where there is nothing', async () => {
    const none = ['contexts', 'list', '--home', join(home, 'none')];
    expect((await cliInProcess([...none, '--json'], { home })).stdout).toBe('{"contexts":[]}\n');
  });
});

describe('aisopod contexts get', () => {
  test('prints the texts, and the result with --json', async () => {
    expect(await contexts('get', 'git', repository)).toMatchObject({
      code: 0,
      stdout: '## No commits yet on main\n',
      stderr: '',
    });
    expect(JSON.parse((await contexts('get', 'git', repository, '--json')).stdout)).toEqual({
      parts: [
        {
          text: '## No commits yet on main',
          mime: 'text/plain',
          source: { title: 'git status', uri: `file://${repository}` },
        },
      ],
      text: '## No commits yet on main',
      metadata: { plugin: 'git-context', version: '1.0.0', context: 'git' },
    });
  });

  test.skipIf(!hasScript())('names on a terminal where a text comes from', async () => {
    const line = `$AISOPOD contexts get git ${repository}`;
    const { stdout } = await shell(onTerminal(line), { home, env: { NO_COLOR: '1' } });
    expect(stdout).toBe(`git status (file://${repository})\r\n## No commits yet on main\r\n`);
  });

  test.each<[string, string[], number, RegExp]>([
    ['an unknown context', ['gti'], 1, /Did you mean "git"\? .*contexts list \(CONTEXT_NOT_FOUND/],
    ['what the plugin refuses', ['git', '/'], 1, /not a git repository.*\(NOT_FOUND/],
    ['two queries', ['git', 'a', 'b'], 2, /does not take "b"/],
  ])('refuses %s', async (_, line, code, message) => {
    const result = await contexts('get', ...line);
    expect(result).toMatchObject({ code, stdout: '', stderr: expect.stringMatching(message) });
  });

  test('is completed with the names that manifests list', async () => {
    const { stdout } = await cliInProcess(['__complete', '--', 'contexts', 'get', ''], { home });
    expect(stdout).toBe('git\tContext of git-context\n');
  });
});
