import { expect, test } from 'vitest';
import { coreMessages } from '../support/core-messages.js';
import { read } from './pages.js';

test('the page of the protocol lists every message of the core with its number and fields', () => {
  const rows = [
    ...read('docs/reference/protocol.md').matchAll(/^\| (\d+) \| `(\w+)` \|([^|]*)\|/gm),
  ];
  expect(rows.map(([, number, name, fields]) => [Number(number), name, fields?.trim()])).toEqual(
    coreMessages().map(({ number, name, fields }) => [
      number,
      name,
      fields.map(([field]) => field).join(', '),
    ]),
  );
});
