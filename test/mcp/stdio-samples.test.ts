import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cliInProcess, homeWith } from '../cli/run-cli.js';
import { temporaryFolder } from '../support/compile-library.js';
import { withBuild } from '../support/run-built.js';
import { connectStdio, ERAS } from './stdio-client.js';

withBuild();

const repository = mkdtempSync(join(temporaryFolder(), 'git-'));
execFileSync('git', ['init', '--quiet', '--initial-branch=main', repository]);

describe.each(Object.entries(ERAS))('a client %s', (_, versionNegotiation) => {
  const home = homeWith('prompts-review', 'git-context');
  const changed = { prompts: () => {}, resources: () => {} };
  let connected: Awaited<ReturnType<typeof connectStdio>>;
  beforeAll(async () => {
    const follow = (list: keyof typeof changed) => ({
      debounceMs: 0,
      onChanged: () => changed[list](),
    });
    connected = await connectStdio({
      home,
      versionNegotiation,
      listChanged: { prompts: follow('prompts'), resources: follow('resources') },
    });
  });
  afterAll(() => connected.client.close());

  /** Resolves at the next change of the list. */
  const change = (list: keyof typeof changed) =>
    new Promise<void>((resolve) => {
      changed[list] = resolve;
    });

  test('lists the prompts of prompts-review', async () => {
    const { prompts } = await connected.client.listPrompts();
    expect(prompts.map(({ name }) => name)).toEqual(['review', 'commit-message']);
    expect(prompts[1]).toEqual({
      name: 'commit-message',
      title: 'Commit message',
      description: 'Ask for the message of a commit',
      arguments: [{ name: 'change', description: 'The change, such as a diff', required: true }],
    });
  });

  test('gets a prompt whose template is a file', async () => {
    const { description, messages } = await connected.client.getPrompt({
      name: 'review',
      arguments: { change: '-old\n+new', language: 'C' },
    });
    expect(description).toBe('Ask for the review of a change');
    expect(messages).toEqual([
      { role: 'user', content: { type: 'text', text: expect.stringContaining('-old\n+new') } },
    ]);
    expect(messages[0]?.content).toMatchObject({ text: expect.stringContaining('written in C') });
  });

  test('completes arguments by the list of the prompt, and by the plugin', async () => {
    const complete = async (name: string, value: string) => {
      const ref = { type: 'ref/prompt', name: 'review' } as const;
      const { completion } = await connected.client.complete({ ref, argument: { name, value } });
      return completion;
    };
    expect(await complete('focus', 's')).toEqual({ values: ['security', 'speed'], hasMore: false });
    expect(await complete('language', 'py')).toEqual({ values: ['Python'], hasMore: false });
    expect(await complete('change', '')).toEqual({ values: [], hasMore: false });
  });

  test('reads a repository by the template of git-context', async () => {
    const { client } = connected;
    const { resourceTemplates } = await client.listResourceTemplates();
    expect(resourceTemplates).toEqual([
      {
        uriTemplate: 'git-context:{+query}',
        name: 'git',
        title: 'Git',
        description: expect.stringContaining('Status, branches and last commits'),
        mimeType: 'text/plain',
      },
    ]);
    const { contents } = await client.readResource({ uri: `git-context:${repository}` });
    expect(contents).toEqual([
      {
        uri: `file://${repository}`,
        mimeType: 'text/plain',
        text: '## No commits yet on main',
        _meta: { 'aisopod/source': 'git status' },
      },
    ]);
  });

  test('receives what git says of a folder without a repository as a resource that is not there', async () => {
    const uri = `git-context:${join(repository, 'none')}`;
    await expect(connected.client.readResource({ uri })).rejects.toMatchObject({
      code: -32602,
      data: { uri },
      message: expect.stringContaining('git-context:git'),
    });
  });

  test('loses the prompts and templates of a disabled plugin, until it is enabled', async () => {
    const { client } = connected;
    const templates = change('resources');
    await cliInProcess(['plugins', 'disable', 'git-context'], { home });
    await templates;
    expect((await client.listResourceTemplates()).resourceTemplates).toEqual([]);
    expect((await client.listPrompts()).prompts).toHaveLength(2);
    const prompts = change('prompts');
    await cliInProcess(['plugins', 'disable', 'prompts-review'], { home });
    await prompts;
    expect((await client.listPrompts()).prompts).toEqual([]);
    const again = [change('prompts'), change('resources')];
    await cliInProcess(['plugins', 'enable', 'prompts-review'], { home });
    await cliInProcess(['plugins', 'enable', 'git-context'], { home });
    await Promise.all(again);
    expect((await client.listPrompts()).prompts).toHaveLength(2);
    expect((await client.listResourceTemplates()).resourceTemplates).toHaveLength(1);
  });
});
