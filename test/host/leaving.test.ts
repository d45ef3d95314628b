/**
 * Fifteen ways to leave: five ends of a process, each while the threads of its plugins are idle,
 * call the host without a pause, or are stuck in a handler that never returns.
 *
 * npm run test:long tries each 20 times.
 */
import { describe, expect, test } from 'vitest';
import type { TestPlugin } from '../support/plugin-folder.js';
import { rounds } from '../support/rounds.js';
import { runBuilt, withBuild } from '../support/run-built.js';
import { linesOf, makeHome } from './open-host.js';

withBuild();

const RUNS = rounds(20, 1);
const AT_ONCE = 3;
const LIMIT_MS = 60_000 + RUNS * 2_000;

const leaving: TestPlugin = { id: 'leaving', source: 'leaving.cc' };
/** Its thread runs on after on_shutdown: it has none. */
const joinable: TestPlugin = { id: 'joinable', source: 'joinable.cc' };

const STATES = ['idle', 'calling', 'stuck'] as const;
type State = (typeof STATES)[number];

/**
 * What all ways begin with: a host whose plugins are in their state, and calls that they have
 * answered or will answer. `marks` are the lines that the plugin wrote.
 */
const OPEN = `
  import { readFileSync } from 'node:fs';
  const marks = () => {
    try {
      return readFileSync(args.options.home + '/data/leaving/marks', 'utf8');
    } catch {
      return '';
    }
  };
  const replies = { settled: 0, failed: 0 };
  let host;
  const ask = (count) => {
    for (let i = 0; i < count; i++) {
      host.tools.call('later').then(() => replies.settled++, () => replies.failed++);
    }
  };
  const open = async () => {
    host = await PluginHost.open(args.options);
    const hold = setInterval(() => {}, 1000);
    const heard = new Promise((resolve) => host.events.once('event', resolve));
    ask(50);
    const stuck = new AbortController();
    const { signal } = stuck;
    if (args.state === 'stuck') host.tools.call('stuck', {}, { signal }).catch(() => {});
    if (args.state !== 'idle') await heard;
    // Its caller has gone; the handler never does.
    stuck.abort();
    clearInterval(hold);
  };
`;

/** The same within a Worker, which says when it is there. */
const IN_WORKER = `
  import { once } from 'node:events';
  import { Worker } from 'node:worker_threads';
  const code = args.open + 'await open(); parentPort.postMessage(0); setInterval(() => {}, 1000);';
  const module =
    'import { parentPort } from "node:worker_threads";' +
    'import { PluginHost } from ' + JSON.stringify(DIST) + ';' +
    'const args = ' + JSON.stringify(args) + ';' + code;
  const worker = new Worker(new URL('data:text/javascript,' + encodeURIComponent(module)));
  await once(worker, 'message');
  await worker.terminate();
`;

interface Way {
  readonly code: string;
  readonly expected: { readonly code: number | null; readonly signal: NodeJS.Signals | null };
  /** What its plugin marks in each state; default: nothing, since on_shutdown is not promised. */
  readonly marks?: Record<State, RegExp>;
  /** What the process prints. */
  readonly stderr?: RegExp;
  readonly stdout?: RegExp;
}

const BOTH = /^on_shutdown, answered \d+\ndestroy 0\n$/;

const WAYS: Record<string, Way> = {
  'the natural end': {
    // Calls that begin while the event loop is running empty are served too.
    code: `${OPEN}
      process.once('beforeExit', () => ask(20));
      process.once('exit', () => console.log(replies.settled, replies.failed));
      await open();`,
    expected: { code: 0, signal: null },
    stdout: /^70 0\n$/,
    // A handler that never returns still has the instance when the limit of shutdown has passed.
    marks: { idle: BOTH, calling: BOTH, stuck: /^on_shutdown, answered 70\n$/ },
  },
  'process.exit()': {
    code: `${OPEN} await open(); process.exit(7);`,
    expected: { code: 7, signal: null },
  },
  'an uncaught error': {
    code: `${OPEN} await open(); setTimeout(() => { throw new Error('nobody caught me'); });`,
    expected: { code: 1, signal: null },
    stderr: /nobody caught me/,
  },
  'the end of a Worker': {
    code: IN_WORKER,
    expected: { code: 0, signal: null },
  },
  SIGINT: {
    code: `${OPEN} await open(); process.kill(process.pid, 'SIGINT'); setInterval(() => {}, 1000);`,
    expected: { code: null, signal: 'SIGINT' },
  },
};

describe.each(Object.entries(WAYS))('%s', (name, way) => {
  test.each(STATES)(
    'ends the process as expected while threads are %s',
    async (state) => {
      for (let done = 0; done < RUNS; done += AT_ONCE) {
        const runs = Array.from({ length: Math.min(AT_ONCE, RUNS - done) }, () => leave(state));
        await Promise.all(runs);
      }
    },
    LIMIT_MS,
  );

  async function leave(state: State): Promise<void> {
    const options = makeHome({
      plugins: [leaving, joinable],
      pluginConfig: { leaving: { calling: state === 'calling' } },
      limits: { shutdownMs: state === 'stuck' ? 200 : 5_000 },
    });
    const ended = await runBuilt(way.code, { options, state, open: OPEN });
    expect(ended).toMatchObject({ ...way.expected, ...(way.stderr ? {} : { stderr: '' }) });
    if (way.stderr) expect(ended.stderr).toMatch(way.stderr);
    if (way.stdout) expect(ended.stdout).toMatch(way.stdout);
    const marks = linesOf(`${options.home}/data/leaving/marks`);
    const text = marks.map((line) => `${line}\n`).join('');
    if (way.marks) expect(text).toMatch(way.marks[state]);
    // The environment of a Worker ends before its process: its plugins may have shut down by then.
    else if (name !== 'the end of a Worker') expect(text).toBe('');
  }
});
