import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readAll } from './read-all.js';
import { corpus } from './samples.js';

const folder = new URL('corpus/', import.meta.url);

if (process.env.AISOPOD_WRITE_CORPUS === '1') {
  mkdirSync(folder, { recursive: true });
  for (const [name, bytes] of Object.entries(corpus)) {
    writeFileSync(new URL(`${name}.bin`, folder), bytes);
  }
}

describe('the committed corpus', () => {
  test('has a file for each sample, and no other', () => {
    const files = readdirSync(folder).filter((name) => name !== 'README.md');
    expect(files.sort()).toEqual(
      Object.keys(corpus)
        .map((name) => `${name}.bin`)
        .sort(),
    );
  });

  test.each(Object.entries(corpus))(
    '%s is what its maker makes, small and whole',
    (name, bytes) => {
      expect(readFileSync(new URL(`${name}.bin`, folder)).equals(bytes)).toBe(true);
      expect(bytes.length).toBeLessThan(4096);
      expect(readAll(bytes)?.findExport('aisopod_plugin_v1')).toBe('function');
    },
  );
});
