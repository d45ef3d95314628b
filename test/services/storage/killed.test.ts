import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { rounds } from '../../support/rounds.js';
import { withBuild } from '../../support/run-built.js';
import { newHome, openStorage } from './open-storage.js';

withBuild();

const KILLS = rounds(200, 12);
const AT_ONCE = 4;
const ROOT = new URL('../../../', import.meta.url);

/** Commits pairs and counts, as fast as it can, and prints the number of each that was kept. */
const WRITER = `
  import { PluginHost } from ${JSON.stringify(new URL('dist/index.js', ROOT).href)};
  const [home, name] = process.argv.slice(1);
  const mine = PluginHost.create({ home, env: {} }).storage.of('writer');
  for (let i = 0; ; i++) {
    const value = String(i).repeat(i % 97);
    await mine.commit([
      { op: 'set', key: name + '/' + i + '/a', value },
      { op: 'set', key: name + '/' + i + '/b', value },
      { op: 'set', key: name + '/last', value: i },
    ]);
    await mine.update('count', (count) => (count ?? 0) + 1);
    process.stdout.write(i + '\\n');
  }
`;

/** Runs a writer, kills it once it has told of so many commits; how many it told of in all. */
async function writeUntilKilled(home: string, name: string, acks: number): Promise<number> {
  const args = ['--input-type=module', '-e', WRITER, home, name];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = once(child, 'close');
  let told = 0;
  // What it printed before it died still comes.
  for await (const line of createInterface({ input: child.stdout })) {
    expect(Number(line)).toBe(told);
    told += 1;
    if (told >= acks) child.kill('SIGKILL');
  }
  expect(await closed).toEqual([null, 'SIGKILL']);
  return told;
}

test(`of ${KILLS} processes that are killed while they write, nothing acknowledged is lost and nothing is half there`, {
  timeout: 600_000,
}, async () => {
  const home = newHome();
  const told = new Map<string, number>();
  const names = Array.from({ length: KILLS }, (_, i) => `w${i}`).values();
  const work = async () => {
    for (const name of names) {
      const acks = 1 + Math.floor(Math.random() * 20);
      told.set(name, await writeUntilKilled(home, name, acks));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));

  const mine = openStorage(home).of('writer');
  let acknowledged = 0;
  for (const [name, count] of told) {
    acknowledged += count;
    const last = (await mine.get(`${name}/last`)) as number;
    expect(last).toBeGreaterThanOrEqual(count - 1);
    for (let i = 0; i <= last; i++) {
      const value = String(i).repeat(i % 97);
      expect(await mine.get(`${name}/${i}/a`)).toBe(value);
      expect(await mine.get(`${name}/${i}/b`)).toBe(value);
    }
    expect(await mine.get(`${name}/${last + 1}/a`)).toBeUndefined();
    expect(await mine.get(`${name}/${last + 1}/b`)).toBeUndefined();
  }
  // Each of them may have counted once more than it lived to tell.
  const total = (await mine.get('count')) as number;
  expect(total).toBeGreaterThanOrEqual(acknowledged);
  expect(total).toBeLessThanOrEqual(acknowledged + 2 * KILLS);
});
