import { describe, expect, test } from 'vitest';
import { schemaOf } from '../docs/schemas.js';
import { openSample } from './open-sample.js';

const SAMPLES: [id: string, tool: string, calls: Record<string, unknown>[]][] = [
  ['calculator', 'calculate', [{ expression: '2 + 2' }, { expression: '2 + )' }]],
  [
    'file-search',
    'search',
    [
      { root: import.meta.dirname, pattern: 'x' },
      { root: '/x', pattern: '(' },
    ],
  ],
  ['ticker', 'slow', [{ ms: 0 }]],
];

describe.each(SAMPLES)('%s keeps to docs/reference/schemas', (id, tool, calls) => {
  const sample = openSample(id);

  test('in what its tools say of themselves', () => {
    const validate = schemaOf('tool#spec');
    for (const info of sample.host.tools.list()) {
      expect(validate(info) || validate.errors).toBe(true);
    }
  });

  test.each(calls)('in the result of %j', async (args) => {
    const validate = schemaOf('tool#result');
    const result = await sample.host.tools.call(tool, args);
    expect(validate(result) || validate.errors).toBe(true);
  });
});
