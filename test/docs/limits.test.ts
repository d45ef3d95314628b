import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '../../src/config/index.js';

const page = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8');
const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

test('docs/configuration.md lists every limit with its default, in their order', () => {
  const [, section = ''] = page.split('\n## Limits\n');
  const rows = [...(section.split('\n## ')[0] ?? '').matchAll(/^\| `(\w+)` \| (\d+) \|/gm)];
  const limits = Object.entries(DEFAULT_LIMITS).map(([name, value]) => [snake(name), value]);
  expect(rows.map(([, name, value]) => [name, Number(value)])).toEqual(limits);
});
