import { expect, test } from 'vitest';
import { recallBatch } from '../../../src/host/dormant/recall-batch.js';
import { KIND_DEFINITIONS } from '../../../src/kinds/index.js';
import { judgeBatch, type PluginBatch } from '../../../src/registry/index.js';
import { makePlugin, makeRaw } from '../../registry/make-batch.js';
import { makeGeneration } from '../../support/generations.js';

const generation = makeGeneration('demo');
const plugin = makePlugin('demo');

const RAWS = [
  makeRaw('tool', 'add', '{"description":"adds","parameters":{"type":"object"}}', 2),
  makeRaw('command', 'sum', '{"description":"sums","aliases":["total"]}'),
  makeRaw('hook', 'AfterToolExecute', '{"priority":3}'),
  makeRaw('hook', 'AfterToolExecute', '{"priority":4}'),
  makeRaw('message', 'inbox'),
];

/** What is kept of a batch, and the batch that is made of it. */
function recall(judged: PluginBatch, specs = RAWS.map(({ spec }) => spec)) {
  const registrations = judged.entries.map(({ kind, name, flags, aliases }) => ({
    kind,
    name,
    flags,
    aliases,
  }));
  const read = { times: 0 };
  const texts = () => {
    read.times += 1;
    return specs;
  };
  const { id, level } = plugin;
  const definitions = KIND_DEFINITIONS;
  const recalling = { id, level, ownerOf: () => plugin, generation, definitions };
  return { batch: recallBatch(recalling, registrations, texts), read };
}

test('a recalled batch has the entries of the judged one, but for the tokens', () => {
  const judged = judgeBatch(plugin, RAWS, KIND_DEFINITIONS, generation);
  const { batch } = recall(judged);
  const shown = ({ entries }: PluginBatch) =>
    entries.map(({ kind, plugin, generation, name, fullName, aliases, ordinal, flags, spec }) => {
      return { kind, plugin, generation, name, fullName, aliases, ordinal, flags, spec };
    });
  expect(shown(batch)).toEqual(shown(judged));
  expect(batch.entries.map(({ token }) => token)).toEqual([0, 0, 0, 0, 0]);
});

test('specs are read when the first of them is needed, and each once', () => {
  const { batch, read } = recall(judgeBatch(plugin, RAWS, KIND_DEFINITIONS, generation));
  expect(batch.entries.map(({ fullName }) => fullName)).toContain('demo:add');
  expect(read.times).toBe(0);
  const [first] = batch.entries;
  expect(first?.spec).toBe(first?.spec);
  expect(batch.entries[1]?.spec).toMatchObject({ aliases: ['total'] });
  expect(read.times).toBe(1);
});

test('a spec that is no longer legal is named', () => {
  const judged = judgeBatch(plugin, RAWS, KIND_DEFINITIONS, generation);
  const { batch } = recall(judged, ['{"description":5}']);
  expect(() => batch.entries[0]?.spec).toThrow(
    'The host accepted the tool "add" of plugin demo before, and refuses it now',
  );
});
