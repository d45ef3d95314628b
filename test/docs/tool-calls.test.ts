import { expect, test } from 'vitest';
import { ERROR_CODES } from '../../src/base/errors/index.js';
import { examplesOf, read } from './pages.js';
import { schemaOf } from './schemas.js';

const page = read('docs/guide/tool-calls.md');
const examples = examplesOf(page);

test.each(examples)('the example $label: $json fits its schema', ({ label, json }) => {
  const validate = schemaOf(label);
  expect(validate(JSON.parse(json)) || validate.errors).toBe(true);
});

test('every example has a schema', () => {
  expect(examples).toHaveLength(page.match(/^```json/gm)?.length ?? 0);
  expect(examples.length).toBeGreaterThan(5);
});

test('the codes are those of the table', () => {
  const named = Array.from(page.matchAll(/`([A-Z]+_[A-Z_]+)`/g), ([, code = '']) => code);
  const own = named.filter((code) => !code.startsWith('AISOPOD_'));
  expect(own.filter((code) => !Object.hasOwn(ERROR_CODES, code))).toEqual([]);
  expect(own.length).toBeGreaterThan(10);
});

test.each<[string, unknown]>([
  ['hook#BeforeToolExecute/reply', { action: 'retry' }],
  ['hook#BeforeToolExecute/reply', { action: 'replace' }],
  ['hook#BeforeToolExecute/reply', { action: 'replace', value: [1] }],
  ['hook#AfterToolExecute/reply', { data: 1 }],
  ['hook#OnError/reply', { action: 'block' }],
  ['hook#OnError/reply', { action: 'retry', delayMs: -1 }],
  ['tool-call#request/params', { arguments: {} }],
  ['tool-call#value', { tool: 'a:b', plugin: 'a' }],
])('%s refuses %j', (label, value) => {
  expect(schemaOf(label)(value)).toBe(false);
});
