import { expect, test } from 'vitest';
import { isPluginId } from '../../src/home/plugin-id.js';

test.each(['a', '0', 'calculator', 'a.b_c-d', 'a'.repeat(64)])('%s may name a plugin', (id) => {
  expect(isPluginId(id)).toBe(true);
});

test.each(['', '.', '..', '../x', 'a/b', 'A', '-a', 'a b', 'a\n', 'é', 'a'.repeat(65)])(
  '%j may not name a plugin',
  (id) => {
    expect(isPluginId(id)).toBe(false);
  },
);

test.each(['host', 'embedder', 'registry', 'settings', 'paths', 'strict', 'features', 'limits'])(
  '%s, which has a meaning of its own, may not name a plugin',
  (id) => {
    expect(isPluginId(id)).toBe(false);
  },
);
