import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { compileCached } from '../support/compile-cache.js';
import { INCLUDE, temporaryFolder } from '../support/compile-library.js';
import { fixture } from './fixtures.js';
import { GCC, run, runsPrograms, skipPart } from './toolchain.js';

vi.setConfig({ testTimeout: 120_000 }); // compilers, on a machine that may be busy

const folder = temporaryFolder();
const SANITIZERS = ['-g', '-fsanitize=address,undefined', '-fno-sanitize-recover=undefined'];

/** The flags with which this machine builds and runs programs, with sanitizers if it can. */
function flagsFor(bits: 64 | 32): string[] | null {
  const command = GCC?.command;
  if (command === undefined || process.platform !== 'linux') return null;
  for (const flags of [[`-m${bits}`, ...SANITIZERS], [`-m${bits}`]]) {
    const program = join(folder, `probe-${bits}`);
    if (['c', 'c++'].every((each) => runsPrograms(command, each as 'c', program, ...flags)))
      return flags;
  }
  return null;
}

describe.concurrent.for([64, 32] as const)('a host in C, at %i bits,', (bits) => {
  const flags = flagsFor(bits);
  if (flags === null)
    skipPart(
      `gcc does not build programs for ${bits} bits here, so the host in C is not run. ` +
        `Debian: apt install ${bits === 64 ? 'gcc g++' : 'gcc-multilib g++-multilib'}`,
    );

  const build = (name: string, source: string, ...after: string[]) => {
    const path = join(folder, `${name}-${bits}`);
    compileCached(path, {
      compiler: GCC?.command ?? '',
      before: [...(flags ?? []), '-I', INCLUDE],
      after,
      source: readFileSync(fixture(`examples/${source}`), 'utf8'),
      language: source.endsWith('.cc') ? 'c++' : 'c',
    });
    return path;
  };
  const host = () => build('host', 'mini_host.c', '-std=c99', '-D_GNU_SOURCE', '-ldl', '-pthread');

  test.skipIf(flags === null)('runs a plugin in C', async () => {
    const library = build('pulse', 'pulse.c', '-std=c99', '-shared', '-fPIC');
    const lines = (await run(host(), [library])).trim().split('\n');
    expect(lines).toEqual([
      'pulse 1.0.0',
      'tool remember: status 100, 0 chunks, "some text"',
      'command pulse: status 0, 0 chunks, {"output":"0 beats, 0 jobs"}',
      'hook BeforeToolExecute: status 0, 0 chunks, {"action":"block","reason":"no rm"}',
      'log 40: jobs were lost',
      'published pulse.beat {"beat":1}',
      'published pulse.beat {"beat":2}',
      'command pulse: status 0, 0 chunks, {"output":"2 beats, 3 jobs"}',
      'destroyed',
    ]);
  });

  test.skipIf(flags === null)('runs a plugin in C++ and ends the wait of its thread', async () => {
    const cxx = ['-std=c++17', '-shared', '-fPIC', '-lstdc++'];
    const library = build('relay', 'relay.cc', ...cxx);
    const lines = (await run(host(), [library])).trim().split('\n');
    expect(lines).toEqual([
      'relay 1.0.0',
      'tool chat: status 0, 3 chunks, "some text"',
      'log 30: looking again',
      'tool refresh: status 0, 0 chunks, true',
      'destroyed',
    ]);
  });
});
