import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../support/compile-library.js';
import { makePlugin } from '../support/plugin-folder.js';
import { cli, cliInProcess, homeWith } from './run-cli.js';

const CONFIG = `
[plugins.late]
hooks = [{ name = "AFTER_TOOL_CALL" }, { name = "OnError", spec = { priority = 5 } }]
[plugins.early]
hooks = [{ name = "AfterToolExecute", spec = { priority = 10, before = ["late", "other"] } }]
`;

let home: string;
beforeAll(() => {
  home = temporaryFolder();
  const plugins = join(home, '.aisopod', 'plugins');
  mkdirSync(plugins, { recursive: true, mode: 0o755 });
  for (const id of ['late', 'early']) {
    makePlugin(plugins, { id, source: 'hooks/listener.c' });
  }
  writeFileSync(join(home, '.aisopod', 'config.toml'), CONFIG);
});

describe('aisopod hooks list', () => {
  test('says who listens to what, in the order of the hooks and of the calls', async () => {
    expect(await cli(['hooks', 'list'], { home })).toMatchObject({
      code: 0,
      stdout:
        'AfterToolExecute\t1\tearly\t10\tlate, other\t-\ttransform\ton\n' +
        'AfterToolExecute\t2\tlate\t100\t-\t-\ttransform\ton\n' +
        'OnError\t1\tlate\t5\t-\t-\tdecide\ton\n',
    });
  });

  test('says the same as JSON', async () => {
    const { code, stdout } = await cliInProcess(['hooks', 'list', '--json'], { home });
    expect(code).toBe(0);
    expect(JSON.parse(stdout).listeners[0]).toEqual({
      hook: 'AfterToolExecute',
      mode: 'transform',
      order: 1,
      plugin: 'early',
      origin: 'plugin',
      priority: 10,
      before: ['late', 'other'],
      after: [],
      state: 'on',
    });
  });

  test('has nothing to say when nobody listens', async () => {
    const none = { home: homeWith() };
    expect(await cliInProcess(['hooks', 'list'], none)).toMatchObject({ code: 0, stdout: '' });
    expect(await cliInProcess(['hooks', 'list', '--json'], none)).toMatchObject({
      stdout: '{"listeners":[]}\n',
    });
  });

  test('is explained, with an example', async () => {
    const { stdout } = await cliInProcess(['hooks', 'list', '--help'], { home });
    expect(stdout).toContain('aisopod hooks list --json');
  });
});
