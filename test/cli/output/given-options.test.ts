import { expect, test } from 'vitest';
import { withGivenOptions } from '../../../src/cli/output/given-options.js';

const HINT = 'There is no tool named "x". List the available tools with: aisopod tools list';

test('a hint carries the home, the plugins and the versions that were given, as words of a shell', () => {
  const given = { home: '/my home', plugin: ['./a', "b'c"], use: ['calc@>=1'] };
  expect(withGivenOptions(HINT, given)).toBe(
    'There is no tool named "x". List the available tools with: ' +
      "aisopod --home '/my home' --plugin ./a --plugin 'b'\\''c' --use 'calc@>=1' tools list",
  );
});

test('a hint stays as it is without them, and so does the name of the program', () => {
  expect(withGivenOptions(HINT, { home: undefined, plugin: [], use: [] })).toBe(HINT);
  const text = 'This is a bug of aisopod. See aisopod --help';
  expect(withGivenOptions(text, { home: '/x', plugin: [], use: [] })).toBe(text);
});

test('a hint that names the home itself stays as it is', () => {
  const text = 'Run: aisopod plugins doctor --home /srv/a';
  expect(withGivenOptions(text, { home: '/srv/b', plugin: [], use: [] })).toBe(text);
});
