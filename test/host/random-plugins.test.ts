import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ERROR_CODES, PluginHost, type PluginInfo } from '../../src/index.js';
import { compileLibrary, pluginSource, temporaryFolder } from '../support/compile-library.js';
import { memoryFolder } from '../support/memory-folder.js';
import { RandomBytes } from '../support/random-bytes.js';
import { closeAfterTest } from './open-host.js';

const COUNT = 10_000;

/** A library that leaves a mark when it is opened. */
const mark = join(temporaryFolder(), 'mark');
const library = compileLibrary(
  join(temporaryFolder(), 'lib.so'),
  pluginSource({
    extra: `#include <stdio.h>
    __attribute__((constructor)) static void leave(void) { fclose(fopen("${mark}", "w")); }`,
  }),
);

const MANIFEST = Buffer.from(
  '[plugin]\nid = "sample"\nversion = "1.0.0"\nentry = "lib.so"\nkeywords = ["a", "ü"]\n' +
    '[compatibility]\nhost = ">=0.1.0"\n[permissions]\nnetwork = ["a.example:443"]\n',
);

/** A home whose plugins `fill` puts there. */
function homeOf(fill: (plugins: string) => void): string {
  const home = memoryFolder();
  mkdirSync(join(home, 'plugins'), { mode: 0o755 });
  fill(join(home, 'plugins'));
  return home;
}

/** What is refused says why, in a line, with a code of the table. */
function faultsOf(found: readonly PluginInfo[]): string[] {
  return found.flatMap(({ state, error, path }) => {
    if (state === 'validated') return [];
    const known = error !== null && Object.hasOwn(ERROR_CODES, error.code);
    const plain = error?.message.split('\n').every((line) => !/[\p{Cc}\p{Cf}]/u.test(line));
    return known && error.code !== 'INTERNAL' && plain ? [] : [`${path}: ${error?.message}`];
  });
}

/** What this process holds now. */
function used() {
  const descriptors = existsSync('/proc/self/fd') ? readdirSync('/proc/self/fd').length : 0;
  return { descriptors, heap: process.memoryUsage().heapUsed };
}

describe('ten thousand', () => {
  test('manifests of random bytes are refused, each with its reason, and nothing is opened', async () => {
    const random = new RandomBytes(1);
    const perRound = COUNT / 10;
    const home = homeOf((plugins) => cpSync(library, join(plugins, 'lib.so')));
    for (let round = 0; round < 10; round++) {
      for (let i = 0; i < perRound; i++) {
        writeFileSync(join(home, 'plugins', `${i}.plugin.toml`), random.bytes(0, 200));
      }
      const host = await PluginHost.open({ home, env: {} });
      closeAfterTest(host);
      const found = host.plugins.list();
      expect(found).toHaveLength(perRound + 1);
      expect(new Set(found.map(({ state }) => state))).toEqual(new Set(['failed_manifest']));
      expect(faultsOf(found)).toEqual([]);
    }
    expect(existsSync(mark)).toBe(false);
  });

  // Other systems refuse names that are no UTF-8.
  const linux = process.platform === 'linux';
  test.runIf(linux)(
    'folders with random names are found or refused in bounded memory, and nothing is opened',
    async () => {
      const random = new RandomBytes(2);
      const names = new Map<string, Buffer>();
      while (names.size < COUNT) {
        const bytes = random.bytes(1, 24);
        // Every other one is text, so that it can be entered.
        const name = names.size % 2 === 0 ? bytes : Buffer.from(bytes.toString('latin1'));
        const text = name.toString('latin1');
        if (!/[/\0]|^\.\.?$/.test(text)) names.set(text, name);
      }
      const home = homeOf((plugins) => {
        for (const name of names.values()) {
          const dir = Buffer.concat([Buffer.from(`${plugins}/`), name]);
          mkdirSync(dir, { mode: 0o755 });
          if (random.int(16) > 0) continue;
          writeFileSync(Buffer.concat([dir, Buffer.from('/aisopod.plugin.toml')]), MANIFEST);
        }
      });
      const host = PluginHost.create({ home, env: {} });
      closeAfterTest(host);
      const before = used();
      const found = host.discover();
      const after = used();
      await host.start();
      expect(after.descriptors).toBe(before.descriptors);
      // About 5 kB for each, garbage included.
      expect(after.heap - before.heap).toBeLessThan(100 * 1024 * 1024);
      // Names that are no UTF-8 are told by what they are decoded to.
      const shown = new Set([...names.values()].map((name) => name.toString()));
      const hidden = [...shown].filter((name) => name.startsWith('.'));
      expect(found).toHaveLength(shown.size - hidden.length);
      expect(shown.size).toBeGreaterThan(COUNT * 0.9);
      expect(faultsOf(found)).toEqual([]);
      expect(existsSync(mark)).toBe(false);
    },
  );
});

test('a manifest that is damaged anywhere is taken or refused with its reason', () => {
  const random = new RandomBytes(5);
  const home = homeOf((plugins) => {
    cpSync(library, join(plugins, 'lib.so'));
    for (let i = 0; i < 1_000; i++) {
      writeFileSync(join(plugins, `${i}.plugin.toml`), random.damaged(MANIFEST, 4));
    }
  });
  const found = PluginHost.create({ home, env: {} }).discover();
  expect(found.length).toBeGreaterThan(500);
  expect(faultsOf(found)).toEqual([]);
  expect(existsSync(mark)).toBe(false);
});

test('of ten thousand files in one plugin the first are looked at', () => {
  const dir = memoryFolder();
  chmodSync(dir, 0o755);
  writeFileSync(join(dir, 'aisopod.plugin.toml'), MANIFEST);
  writeFileSync(join(dir, 'lib.so'), '');
  for (let i = 0; i < COUNT; i++) writeFileSync(join(dir, `x${i}`), '');
  const host = PluginHost.create({ home: join(dir, 'home'), env: {}, pluginDirs: [dir] });
  const [found] = host.discover();
  expect(found).toMatchObject({ state: 'validated', warnings: [{ code: 'PATH_UNSAFE' }] });
});
