import { describe, expect, test } from 'vitest';
import type { Kind, ServedKind } from '../../../../src/abi/index.js';
import { AisopodError } from '../../../../src/base/errors/index.js';
import { KINDS_SERVED } from '../../../../src/kinds/index.js';
import { load } from '../load-native.js';

const tool: ServedKind = { kind: 'tool', names: 'unique' };

/** The names that the core refuses of these, which a plugin registers in this order. */
async function refusedOf(kind: Kind, names: readonly string[], kinds: readonly ServedKind[]) {
  const add = names.map((name) => ({ kind, name }));
  const { instance } = await load('lifecycle.c', { kinds, config: { add } });
  const failure = await instance.register().then(() => null, AisopodError.from);
  const { refused = [] } = (failure?.details ?? {}) as { refused?: readonly string[] };
  return refused.map((reason) => /"(.*?)"/.exec(reason)?.[1]);
}

const REFUSED = { unique: ['one', 'ONE'], repeatable: [], single: ['one', 'ONE', 'two'] };
const ADDED = ['one', 'one', 'ONE', 'two'];

describe('the native core', () => {
  test.each(KINDS_SERVED)('judges names of $kind as its definition says', async (definition) => {
    const { kind, names } = definition;
    expect(await refusedOf(kind, ADDED, KINDS_SERVED)).toEqual(REFUSED[names]);
  });

  test.each(['unique', 'repeatable', 'single'] as const)(
    'judges names of a kind that no header names as %s',
    async (names) => {
      const gadget: ServedKind = { kind: 'gadget' as Kind, names };
      expect(await refusedOf(gadget.kind, ADDED, [tool, gadget])).toEqual(REFUSED[names]);
    },
  );
});
