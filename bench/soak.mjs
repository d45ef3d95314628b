// What stays behind after much use: calls, open/close cycles, and loads that fail. Prints what it
// measured, and ends with 1 when a bound is broken. npm run soak prepares and runs it.
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pass } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { PluginHost } from '../dist/index.js';
import { BUILT } from './paths.mjs';

const MB = 2 ** 20;
const IN_FLIGHT = 64;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');

/**
 * @param {{
 *   echo: string, fails: string, tools: readonly string[],
 *   calls: number, cycles: number, measuredFrom: number, failedLoads: number,
 *   growthMb: number, print: (line: string) => void,
 * }} plan `echo`: folder of a plugin whose `tools` answer their arguments; `fails`: folder of one
 *   that never starts; `growthMb`: how much memory may grow between the cycles `measuredFrom` and
 *   `cycles`
 * @returns {Promise<string[]>} the bounds that were broken
 */
export async function soak(plan) {
  const folder = mkdtempSync(join(tmpdir(), 'aisopod-soak-'));
  const home = join(folder, 'home');
  const broken = [];
  const options = { home, env: {}, pluginDirs: [plan.echo] };
  // What a process makes once is there then; a pipe that is printed to takes a descriptor more.
  plan.print(`${plan.calls} calls, ${plan.cycles} cycles, ${plan.failedLoads} failed loads`);
  await cycle(options, plan);
  const before = await state();

  const end = async (title, more = '') => {
    const after = await state();
    plan.print(`${title}: ${shown(after)}${more}`);
    for (const what of ['descriptors', 'threads']) {
      if (after[what] === before[what]) continue;
      broken.push(`${title}: ${what} went from ${before[what]} to ${after[what]}`);
    }
  };

  plan.print(`at the beginning: ${shown(before)}`);
  await manyCalls(options, plan);
  await end(`${plan.calls} calls`);

  const grown = await manyCycles(options, plan);
  await end(
    `${plan.cycles} cycles`,
    `, ${grown.toFixed(1)} MB more than after ${plan.measuredFrom}`,
  );
  if (grown > plan.growthMb) {
    broken.push(`memory grew by ${grown.toFixed(1)} MB, over ${plan.growthMb} MB`);
  }

  await manyFailures(folder, plan);
  await end(`${plan.failedLoads} failed loads`);
  rmSync(folder, { recursive: true, force: true });
  return broken;
}

async function manyCalls(options, { calls, tools }) {
  const host = await PluginHost.open(options);
  const each = Math.ceil(calls / tools.length / IN_FLIGHT);
  for (const tool of tools) {
    const chain = async () => {
      for (let i = 0; i < each; i++) await host.tools.call(tool, { text: 'abc', n: i });
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, chain));
  }
  await host.close();
}

/** @returns megabytes */
async function manyCycles(options, plan) {
  let begin = 0;
  for (let i = 1; i <= plan.cycles; i++) {
    await cycle(options, plan);
    if (i === plan.measuredFrom) begin = (await state()).memory;
  }
  return (await state()).memory - begin;
}

async function cycle(options, { tools }) {
  const host = await PluginHost.open(options);
  for (const tool of tools) await host.tools.call(tool, { text: 'abc', n: 1 });
  await host.close();
}

/** In one host, which goes on: at every step at which a load can fail. */
async function manyFailures(folder, { echo, fails, failedLoads }) {
  const host = await PluginHost.open({ home: join(folder, 'empty'), env: {} });
  const folders = [...spoiled(echo, join(folder, 'spoiled')), fails];
  for (let i = 0; i < failedLoads; i++) {
    const { id, error } = await host.plugins.loadPlugin(folders[i % folders.length]);
    if (error === null) throw new Error(`${id} was loaded`);
  }
  await host.close();
}

/** Folders of plugins that fail before anything is opened, and after. */
function spoiled(echo, parent) {
  const manifest = readFileSync(join(echo, 'aisopod.plugin.toml'), 'utf8');
  const entry = /^entry = "(.+)"$/m.exec(manifest)[1];
  const id = /^id = "(.+)"$/m.exec(manifest)[1];
  const make = (name, change) => {
    const to = join(parent, name);
    mkdirSync(parent, { recursive: true });
    cpSync(echo, to, { recursive: true });
    change(to);
    return to;
  };
  const rewrite = (text) => (to) => writeFileSync(join(to, 'aisopod.plugin.toml'), text);
  return [
    make('no-toml', rewrite('[plugin\n')),
    make('other-id', rewrite(manifest.replace(`id = "${id}"`, 'id = "other-id"'))),
    make('needs-much', rewrite(`${manifest}\n[dependencies]\nnobody = "*"\n`)),
    make('no-library', (to) => rmSync(join(to, entry))),
    make('not-a-library', (to) => writeFileSync(join(to, entry), 'not a library')),
  ];
}

/** What the process holds when it has come to rest. */
async function state() {
  for (let i = 0; i < 3; i++) {
    await pass(20);
    collect();
  }
  return {
    descriptors: entries('/proc/self/fd'),
    threads: entries('/proc/self/task'),
    memory: process.memoryUsage.rss() / MB,
  };
}

/** 0 where the system does not say. */
function entries(directory) {
  return existsSync(directory) ? readdirSync(directory).length : 0;
}

function shown({ descriptors, threads, memory }) {
  return `${descriptors} descriptors, ${threads} threads, ${memory.toFixed(1)} MB`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const broken = await soak({
    echo: `${BUILT}/plugins/bench-echo`,
    fails: `${BUILT}/plugins/bench-fails`,
    tools: ['echo_inline', 'echo_worker'],
    calls: 1_000_000,
    cycles: 1_000,
    measuredFrom: 200,
    failedLoads: 10_000,
    growthMb: 5,
    print: (line) => process.stdout.write(`${line}\n`),
  });
  for (const line of broken) process.stderr.write(`broken: ${line}\n`);
  process.exitCode = broken.length === 0 ? 0 : 1;
}
