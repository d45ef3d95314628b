import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../support/compile-library.js';
import { makePlugin } from '../support/plugin-folder.js';
import { withBuild } from '../support/run-built.js';
import { MAIN } from './run-cli.js';

withBuild();

const home = temporaryFolder();
const PERMISSION =
  Number(process.versions.node.split('.', 1)[0]) < 24
    ? '--experimental-permission'
    : '--permission';
const files = ['--allow-fs-read=*', '--allow-fs-write=*'];

/** How Node.js is started, and what its options say about it. */
const WAYS = [
  ['--no-addons', ['--no-addons'], {}, 'with --no-addons'],
  ['--no-addons in NODE_OPTIONS', [], { NODE_OPTIONS: '--no-addons' }, 'with --no-addons'],
  ['the permission model', [PERMISSION, ...files], {}, 'without --allow-addons'],
] as const;

beforeAll(() => {
  makePlugin(`${home}/plugins`, { id: 'good', source: 'calls.c' });
});

async function run(node: readonly string[], env: object, ...args: string[]) {
  const command = [...node, MAIN, '--home', home, ...args];
  const options = { env: { PATH: process.env.PATH, HOME: home, ...env } };
  const ended = await promisify(execFile)(process.execPath, command, options).catch(
    (error) => error,
  );
  return { code: ended.code ?? 0, stdout: String(ended.stdout), stderr: String(ended.stderr) };
}

describe.each(WAYS)('with %s', (_, node, env, named) => {
  test('a plugin in C fails with the option of Node.js, and is listed', async () => {
    const { stdout } = await run(node, env, 'plugins', 'list', '--json');
    const [plugin] = JSON.parse(stdout).plugins;
    expect(plugin).toMatchObject({ id: 'good', state: 'failed_load' });
    expect(plugin.reason).toContain(named);
  });

  test('the call of a tool says why there is none', async () => {
    const { code, stderr } = await run(node, env, 'tools', 'call', 'echo', '{}');
    expect(code).toBe(1);
    expect(stderr).toContain(named);
    expect(stderr).not.toContain('bug of aisopod');
  });

  test.each(['paths', 'sdk path', '--version', '--help', 'completion bash'])(
    '%s works',
    async (args) => {
      const { code, stdout } = await run(node, env, ...args.split(' '));
      expect([code, stdout.length > 0]).toEqual([0, true]);
    },
  );
});

test('with the permission model and --allow-addons a plugin in C runs', async () => {
  const node = [PERMISSION, ...files, '--allow-addons'];
  const { code, stdout } = await run(node, {}, 'tools', 'call', 'echo', '{"a":1}');
  expect([code, JSON.parse(stdout)]).toMatchObject([0, { a: 1 }]);
});
