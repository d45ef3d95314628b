import { expect, test } from 'vitest';
import { withGivenOptions } from '../../../src/cli/output/given-options.js';

const HINT = 'There is no tool named "x". List the available tools with: aisopod tools list';

test('a hint carries the home and the plugins that were given, as words of a shell', () => {
  expect(withGivenOptions(HINT, { home: '/my home', plugin: ['./a', "b'c"] })).toBe(
    'There is no tool named "x". List the available tools with: ' +
      "aisopod --home '/my home' --plugin ./a --plugin 'b'\\''c' tools list",
  );
});

test('a hint stays as it is without them, and so does the name of the program', () => {
  expect(withGivenOptions(HINT, { home: undefined, plugin: [] })).toBe(HINT);
  const text = 'This is a bug of aisopod. See aisopod --help';
  expect(withGivenOptions(text, { home: '/x', plugin: [] })).toBe(text);
});

test('a hint that names the home itself stays as it is', () => {
  const text = 'Run: aisopod plugins doctor --home /srv/a';
  expect(withGivenOptions(text, { home: '/srv/b', plugin: [] })).toBe(text);
});
