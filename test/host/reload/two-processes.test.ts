import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { PluginHost } from '../../../src/index.js';
import { rounds } from '../../support/rounds.js';
import { withBuild } from '../../support/run-built.js';
import { closeAfterTest, makeHome } from '../open-host.js';
import { type Answered, ask } from './builds.js';

withBuild();

const RELOADS = rounds(50, 4);
const DIST = new URL('../../../dist/index.js', import.meta.url).href;

const builds = {
  id: 'builds',
  source: 'builds.cc',
  flags: ['-fno-gnu-unique', '-DBUILD=1'],
} as const;
const config = '[config.properties]\nhere = { type = "integer" }\nthere = { type = "integer" }\n';
const one = { id: 'one', source: 'configured.c', manifest: config } as const;
const two = { ...one, id: 'two' } as const;

/** Reloads as often, writes to the home after each, and prints from where its library was opened. */
const OTHER = `
  import { PluginHost } from ${JSON.stringify(DIST)};
  const [home, reloads] = process.argv.slice(1);
  const host = await PluginHost.open({ home, env: {}, keepAlive: true, activation: 'startup' });
  for (let i = 1; i <= Number(reloads); i++) {
    const { library } = await host.plugins.reload('builds');
    await host.storage.of('both').update('count', (count) => (count ?? 0) + 1);
    await host.config.set('one', 'there', i);
    await host.plugins.setEnabled('one', i % 2 === 0);
    console.log(library.opened);
  }
  const { data } = await host.tools.call('builds:serial');
  console.log(JSON.stringify(data));
  process.stdin.resume().on('end', () => host.close());
`;

/** Starts the other process. */
function startOther(home: string) {
  const args = ['--input-type=module', '-e', OTHER, home, String(RELOADS)];
  const child = spawn(process.execPath, args, {
    cwd: fileURLToPath(new URL('../../..', import.meta.url)),
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const opened: string[] = [];
  const answered = new Promise<Answered>((resolve) => {
    createInterface(child.stdout).on('line', (line) => {
      if (line.startsWith('{')) resolve(JSON.parse(line));
      else opened.push(line);
    });
  });
  return {
    opened,
    answered,
    async end() {
      const exit = once(child, 'exit');
      child.stdin.end();
      expect(await exit).toEqual([0, null]);
    },
  };
}

test('two processes that reload plugins of one home keep what the other uses and writes', {
  timeout: 60_000 + RELOADS * 10_000,
}, async () => {
  const { home } = makeHome({ plugins: [builds, one, two] });
  const host = await PluginHost.open({ home, env: {} });
  closeAfterTest(host);
  const mine: string[] = [];
  const other = startOther(home);
  let answer: Answered | null = null;
  void other.answered.then((given) => {
    answer = given;
  });
  for (let i = 1; i <= RELOADS || answer === null; i++) {
    const { library } = await host.plugins.reload('builds');
    mine.push(library?.opened ?? '');
    await host.storage.of('both').update('count', (count) => ((count as number) ?? 0) + 1);
    await host.config.set('one', 'here', i);
    await host.plugins.setEnabled('two', i % 2 === 0);
    // A third host cleans the cache at its start.
    await (await PluginHost.open({ home, env: {} })).close();
    expect([...mine, ...other.opened].filter((path) => !existsSync(path))).toEqual([]);
  }
  const reloads = mine.length;
  expect(new Set([...mine, ...other.opened]).size).toBe(reloads + RELOADS);
  expect(await other.answered).toMatchObject({ build: 1, count: 1 });
  expect(await ask(host, 'serial')).toMatchObject({ build: 1, count: 1 });

  await other.end();
  expect(await host.storage.of('both').get('count')).toBe(reloads + RELOADS);
  const written = readFileSync(join(home, 'config.toml'), 'utf8');
  expect(written).toContain(`here = ${reloads}`);
  expect(written).toContain(`there = ${RELOADS}`);
  const { plugins } = JSON.parse(readFileSync(join(home, 'registry.json'), 'utf8'));
  expect(plugins).toMatchObject({
    one: { enabled: RELOADS % 2 === 0 },
    two: { enabled: reloads % 2 === 0 },
  });

  await (await PluginHost.open({ home, env: {} })).close();
  expect(other.opened.filter((path) => existsSync(path))).toEqual([]);
  expect(mine.filter((path) => !existsSync(path))).toEqual([]);
});
