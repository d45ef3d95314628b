import { expect, test } from 'vitest';
import { Findings } from '../../src/base/shape/index.js';
import { manifestSchema } from '../../src/packages/manifest/json-schema.js';
import { manifestShape } from '../../src/packages/manifest/shape.js';
import { keysOf, rowsOf, type Schema } from './keys.js';
import { read } from './pages.js';

test('docs/reference/manifest.md has each key with its value and its default, in order', () => {
  const least = { plugin: { id: 'a', version: '1.0.0' } };
  const manifest = manifestShape.read(least, null, new Findings('MANIFEST_INVALID'));
  const defaultOf = (key: string) =>
    key.split('.').reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], manifest);
  const rows = rowsOf(read('docs/reference/manifest.md'));
  // Any id may stand in these, so the page has a row for the whole.
  const closed = /^(?:dependencies|config)$|^plugin\.(?:entry|entry_point|main)$/;
  expect(rows).toEqual(keysOf(manifestSchema() as Schema, { closed, defaultOf }));
  expect(rows.length).toBeGreaterThan(40);
});
