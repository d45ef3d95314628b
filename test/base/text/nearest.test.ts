import { expect, test } from 'vitest';
import { nearest } from '../../../src/base/text/index.js';

const KNOWN = ['id', 'version', 'entry', 'min_host_version'];

test.each([
  ['versoin', 'version'],
  ['Entry', 'entry'],
  ['min-host-version', 'min_host_version'],
  ['entyr', 'entry'],
])('%s means %s', (word, meant) => {
  expect(nearest(word, KNOWN)).toBe(meant);
});

test('a word that would have to change by more than a third means nothing known', () => {
  expect(nearest('homepage', KNOWN)).toBeNull();
  expect(nearest('x'.repeat(100_000), KNOWN)).toBeNull();
});
