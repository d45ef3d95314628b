import { describe, expect, test } from 'vitest';
import { HOOKS, type HookMode } from '../../src/kinds/hooks/index.js';
import { examplesOf, read } from './pages.js';
import { schemaOf } from './schemas.js';

const page = read('docs/reference/kinds/hook.md');
const payloads = page.split('\n## Payloads\n')[1] ?? '';

const rows = Array.from(page.matchAll(/^\| (\d+) \| `(\w+)` \| (\w+) \| (.*?) \|/gm), (row) => ({
  id: Number(row[1]),
  name: row[2],
  mode: row[3],
  aliases: Array.from((row[4] ?? '').matchAll(/`(\w+)`/g), ([, alias]) => alias),
}));

const examples = examplesOf(payloads);

test('the table of hook.md is the table of the code', () => {
  expect(rows).toEqual(HOOKS);
});

test('the examples of hook.md show the payload of every hook, in order', () => {
  const labels = examples.map(({ label }) => label);
  expect(labels.filter((label) => label.endsWith('/payload'))).toEqual(
    HOOKS.map(({ name }) => `hook#${name}/payload`),
  );
});

describe('the schema of the reply to', () => {
  const takesAnything: Record<HookMode, boolean> = {
    observe: true,
    collect: false,
    transform: false,
    decide: false,
  };

  test.each(HOOKS)('$name takes null', ({ name }) => {
    expect(schemaOf(`hook#${name}/reply`)(null)).toBe(true);
  });

  test.each(HOOKS)('$name goes by its mode, $mode', ({ name, mode }) => {
    expect(schemaOf(`hook#${name}/reply`)(17)).toBe(takesAnything[mode]);
  });

  test.each(HOOKS.filter(({ mode }) => mode === 'transform'))(
    '$name takes its payload',
    ({ name }) => {
      const example = examples.find(({ label }) => label === `hook#${name}/payload`);
      const validate = schemaOf(`hook#${name}/reply`);
      expect(validate(JSON.parse(example?.json ?? '')) || validate.errors).toBe(true);
    },
  );

  test.each([
    ['BeforeToolExecute', { action: 'retry' }],
    ['BeforeToolExecute', { action: 'replace', value: 'text' }],
    ['OnError', { action: 'allow' }],
    ['OnError', { action: 'replace' }],
    ['OnError', { action: 'retry', delayMs: -1 }],
    ['ToolRegistryBuild', { tool: 'a', parameters: {} }],
    ['ToolRegistryBuild', [{ description: 'x' }]],
  ])('%s refuses %j', (name, reply) => {
    expect(schemaOf(`hook#${name}/reply`)(reply)).toBe(false);
  });
});

test.each([
  [{ priority: 1.5 }],
  [{ before: 'No Id' }],
  [{ after: [7] }],
  [{ description: 1 }],
  [[]],
])('the schema of a spec refuses %j', (spec) => {
  expect(schemaOf('hook#spec')(spec)).toBe(false);
});
