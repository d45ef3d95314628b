import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { makerOf } from '../../../src/base/files/process-name.js';
import { PluginHost } from '../../../src/index.js';
import { cliInProcess } from '../../cli/run-cli.js';
import { makePlugin } from '../../support/plugin-folder.js';
import { ALL_ROUNDS, rounds } from '../../support/rounds.js';
import { withBuild } from '../../support/run-built.js';
import { runFile } from '../../support/run-in-child.js';
import { makeHome, newFolder, recordingLogger } from '../open-host.js';

withBuild();

const KILLS = rounds(200, 8);
const LIMIT_MS = 240_000;
const SCRIPT = fileURLToPath(new URL('change-everything.mjs', import.meta.url));

const builds = (build: number) =>
  ({
    id: 'builds',
    version: `1.0.${build}`,
    source: 'builds.cc',
    flags: ['-fno-gnu-unique', `-DBUILD=${build}`],
  }) as const;
const one = {
  id: 'one',
  source: 'configured.c',
  manifest: '[config.properties]\nn = { type = "integer", default = 1 }\n',
} as const;

const dropped = (version: string) =>
  ({ id: 'dropped', version, source: 'configured.c', flags: ['-fno-gnu-unique'] }) as const;
/** What is there or not when the host is killed, since not the host puts and removes it. */
const DROPPED = /^(?:plugins\/(?:dropped|renamed)|replaced)(?:\/|$)/;

/** A home, and what changes it until it is killed at a step; 0: it comes to its end. */
async function changeUntil(step: number) {
  const { home } = makeHome({ plugins: [builds(1), one], toml: '[plugins.one]\nn = 1\n' });
  const other = makePlugin(newFolder(), builds(2));
  const foreign = join(home, 'foreign');
  mkdirSync(foreign);
  writeFileSync(join(foreign, 'plugin.yaml'), 'name: foreign\nversion: 1.0.0\nentry: lib.so\n');
  writeFileSync(join(foreign, 'lib.so'), '');
  const drops = ['1.0.0', '1.1.0'].map((version) => makePlugin(newFolder(), dropped(version)));
  const child = await runFile(SCRIPT, [home, other, ...drops], { KILL_AT: String(step) }, LIMIT_MS);
  return { home, ...child };
}

/** All files of a home, with names that are the same in each home. */
function filesOf(home: string): string[] {
  return readdirSync(home, { recursive: true, encoding: 'utf8' })
    .map((name) =>
      name.replace(/[0-9a-f]{64}/, 'KEY').replace(/(?<=\.users\/)\d+-\d+-[0-9a-f]{16}$/, 'PROCESS'),
    )
    .sort();
}

/**
 * The paths of what the killed host was writing. A change or an import may remove
 * locks, and what an import was writing, before the host says so.
 */
function leftIn(home: string): string[] {
  return readdirSync(home, { recursive: true, encoding: 'utf8' })
    .filter((name) => makerOf(basename(name)) !== null)
    .filter((name) => !name.includes('.lock.') && !name.startsWith('foreign'))
    .map((name) => join(home, name));
}

/** Opens a host on a home, uses all that it keeps, and closes it. */
async function useAgain(home: string) {
  const toBeRemoved = leftIn(home);
  const { logger, lines } = recordingLogger();
  const host = await PluginHost.open({ home, env: {}, activation: 'startup', logger });
  await host.plugins.setEnabled('one', true);
  const all = host.plugins.list().map(({ id, state }) => `${id} ${state}`);
  const states = all.filter((each) => each !== 'dropped active').sort();
  const count = await host.storage.of('mine').get('count');
  await host.storage.of('mine').set('count', 3);
  const n = await host.tools.call('one:config');
  await host.config.set('one', 'n', 4);
  await host.close();
  // Where the killed process has written the manifest, the import says so.
  const args = ['plugins', 'import', join(home, 'foreign'), '--write', '--home', home];
  const { stderr } = await cliInProcess(args, {});
  expect(stderr).toMatch(/^Wrote |\(IMPORT_EXISTS\)/);
  const faults = lines.filter(({ level }) => level === 'error' || level === 'warn');
  const said = lines.flatMap(({ removed }) => (Array.isArray(removed) ? removed : []));
  const unsaid = toBeRemoved.filter((path) => !said.includes(path));
  return { states, count, n: n.success ? n.data : n.error, faults, files: filesOf(home), unsaid };
}

/** Spread over all steps, so that a few find as much as they can; some runs take a few steps less than others. */
function stepOf(i: number, steps: number): number {
  const width = (0.97 * steps) / KILLS;
  return 1 + Math.floor((i + (ALL_ROUNDS ? Math.random() : 0.5)) * width);
}

test(`a home whose host is killed at any of ${KILLS} steps is as good as new for the next one`, {
  timeout: 2 * LIMIT_MS * (1 + KILLS / 20),
}, async () => {
  const whole = await changeUntil(0);
  expect(whole).toMatchObject({ code: 0, stderr: '' });
  const steps = Number(whole.stdout);
  expect(steps).toBeGreaterThan(100);
  const unharmed = await useAgain(whole.home);
  expect(unharmed).toMatchObject({ states: ['builds active', 'one active'], count: 2, faults: [] });
  // One after another: a host notices that Node.js changes signal handlers to start a process.
  for (let i = 0; i < KILLS; i++) {
    const step = stepOf(i, steps);
    const { home, signal, stderr } = await changeUntil(step);
    expect({ step, signal, stderr }).toEqual({ step, signal: 'SIGKILL', stderr: '' });
    const { states, count, n, faults, files, unsaid } = await useAgain(home);
    expect({ step, states, faults, unsaid }).toEqual({
      step,
      states: unharmed.states,
      faults: [],
      unsaid: [],
    });
    expect([undefined, 1, 2]).toContain(count);
    expect([{ n: 1 }, { n: 2 }, { n: 3 }]).toContainEqual(n);
    const left = files.filter((name) => !unharmed.files.includes(name) && !DROPPED.test(name));
    expect({ step, left }).toEqual({ step, left: [] });
  }
});
