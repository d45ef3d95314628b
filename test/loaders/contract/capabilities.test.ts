import { describe, expect, test } from 'vitest';
import { type Capability, LOADERS } from './loaders.js';
import { loadSubject } from './subject-setup.js';

/** The members of PluginInstance that a loader may leave out, by capability. */
const MEMBERS = {
  configure: 'configure',
  events: 'deliver',
  counters: 'counters',
  bind: 'bind',
  state: 'saveState',
  pause: 'pause',
};

describe.each(LOADERS)('$name', (loader) => {
  test.each(Object.entries(MEMBERS))(
    'has %s unless the table says why it does not',
    async (...[capability, member]) => {
      const { instance } = await loadSubject(loader);
      const isLacking = capability in loader.lacks;
      expect(member in instance).toBe(!isLacking);
    },
  );

  test('lacks nothing without a reason', () => {
    for (const reason of Object.values(loader.lacks))
      expect(reason.split(' ').length).toBeGreaterThan(4);
  });
});

test('every capability is there in one loader at least', () => {
  const all = new Set(LOADERS.flatMap(({ lacks }) => Object.keys(lacks) as Capability[]));
  for (const capability of all) {
    expect(
      LOADERS.some(({ lacks }) => !(capability in lacks)),
      capability,
    ).toBe(true);
  }
});
