import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeOldHome } from '../host/dormant/old-home.js';
import { linesOf, newFolder } from '../host/open-host.js';
import { cliInProcess } from './run-cli.js';

const LISTED = '[capabilities]\ntools = ["ping", "about"]\n';

/** A command line on a home with two plugins that were started before, and what runs of them. */
async function makeCli() {
  const marks = join(newFolder(), 'marks');
  const { home } = await makeOldHome({
    plugins: ['one', 'two'].map((id) => ({ id, source: 'lifecycle.c', manifest: LISTED })),
    pluginConfig: { one: { marks }, two: { marks } },
  });
  const aisopod = (...line: string[]) => cliInProcess([...line, '--home', home], { home });
  await aisopod('plugins', 'list');
  writeFileSync(marks, '');
  return { aisopod, started: () => linesOf(marks).filter((line) => line.endsWith(' on_init')) };
}

test('plugins list and tools list open nothing of plugins that have started before', async () => {
  const { aisopod, started } = await makeCli();
  const plugins = await aisopod('plugins', 'list', '--json');
  expect(JSON.parse(plugins.stdout).plugins).toMatchObject([
    { id: 'one', state: 'registered', tools: ['ping', 'about'], reason: null },
    { id: 'two', state: 'registered', tools: ['ping', 'about'], reason: null },
  ]);
  const tools = await aisopod('tools', 'list', '--json');
  expect(JSON.parse(tools.stdout).tools).toHaveLength(4);
  expect(started()).toEqual([]);
});

test('tools call starts the plugin of the tool, and no other', async () => {
  const { aisopod, started } = await makeCli();
  const { code, stdout } = await aisopod('tools', 'call', 'two:ping');
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'two\n' });
  expect(started()).toEqual(['two on_init']);
});

test('plugins doctor starts all of them', async () => {
  const { aisopod, started } = await makeCli();
  expect((await aisopod('plugins', 'doctor')).code).toBe(0);
  expect(started().sort()).toEqual(['one on_init', 'two on_init']);
});

test.each([['--strict'], ['--only', 'one', '--only', 'two']])(
  'tools list starts all of them with %s',
  async (...options) => {
    const { aisopod, started } = await makeCli();
    await aisopod('tools', 'list', ...options);
    expect(started().sort()).toEqual(['one on_init', 'two on_init']);
  },
);
