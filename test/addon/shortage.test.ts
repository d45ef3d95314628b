import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { BUILT } from '../support/built.js';
import { temporaryFolder } from '../support/compile-library.js';
import { makePlugin } from '../support/plugin-folder.js';
import { withBuild } from '../support/run-built.js';
import { type ChildResult, runFile } from '../support/run-in-child.js';

const LIVES = join(import.meta.dirname, 'shortage', 'lives.mjs');
const ADDON = join(BUILT, 'faults', 'aisopod.node');

/** How many lives a process has, so that the line of a failure is not far from its end. */
const TOGETHER = 100;

/** Only there the addon can have an operator new of its own, with the C++ library inside. */
const canBuild = process.platform === 'linux' && existsSync(staticLibrary());

/** What happens in a life, its module, and a number below that of its allocations. */
const KINDS = [
  ['an instance is made, serves and is called in every way', 'serving', 100],
  ['an instance with calls under way is shut down', 'closing', 4],
  ['the addon is loaded and attached', 'attaching', 15],
  ['a Worker makes its first calls and ends', 'worker', 15],
] as const;

describe.skipIf(!canBuild)('the addon when memory is short on its JavaScript thread', () => {
  withBuild();
  const folder = makeFolder();

  beforeAll(() => {
    for (const args of [
      [BUILT, '-DAISOPOD_FAULTS=ON'],
      ['--build', BUILT, '--target', 'aisopod_faults'],
    ]) {
      execFileSync('cmake', args, { stdio: ['ignore', 'ignore', 'inherit'] });
    }
  });

  test.each(KINDS)('survives each allocation that fails while %s', async (_, kind, atLeast) => {
    let [from, next] = [1, 1];
    do {
      from = next;
      next = await lives(kind, from, from + TOGETHER, false);
    } while (next === from + TOGETHER);
    expect(next).toBeGreaterThan(atLeast);
  });

  test.each(KINDS)('survives each nth allocation that fails while %s', async (_, kind) => {
    expect(await lives(kind, 1, 8, true)).toBeGreaterThan(3);
  });

  /** @returns the number of the first allocation that did not fail, or `to` */
  async function lives(kind: string, from: number, to: number, again: boolean): Promise<number> {
    const orders = JSON.stringify({ from, to, again });
    const ended = await runFile(LIVES, [kind, folder(), orders], { AISOPOD_ADDON: ADDON });
    const done = expect.stringMatching(/^done \d+$/);
    expect(summary(ended)).toEqual({ code: 0, signal: null, stderr: '', last: done });
    return Number(summary(ended).last.split(' ')[1]);
  }
});

/** The C++ library as the compiler finds it: a path, or else only its name. */
function staticLibrary(): string {
  const compiler = process.env.CXX ?? 'c++';
  const { stdout } = spawnSync(compiler, ['-print-file-name=libstdc++.a'], { encoding: 'utf8' });
  return stdout?.trim() ?? '';
}

/** What a process ended with, and the last thing that it did. */
function summary({ code, signal, stdout, stderr }: ChildResult) {
  return { code, signal, stderr, last: stdout.trimEnd().split('\n').at(-1) ?? '' };
}

/** The folder of the plugin, made when it is wanted. */
function makeFolder(): () => string {
  const parent = temporaryFolder();
  let made: string | undefined;
  return () => {
    made ??= makePlugin(parent, {
      id: 'border',
      source: 'border.c',
      flags: ['-DPLUGIN_FLAGS=AISOPOD_PLUGIN_SINGLE'],
    });
    return made;
  };
}
