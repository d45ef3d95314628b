import { expect, test } from 'vitest';
import { styleFor } from '../../../src/cli/output/style.js';

const RED = '\x1b[31mx\x1b[39m';

test.each([
  ['a terminal', true, {}, RED],
  ['a pipe', false, {}, 'x'],
  ['a terminal with NO_COLOR', true, { NO_COLOR: '1' }, 'x'],
  ['a terminal with an empty NO_COLOR', true, { NO_COLOR: '' }, RED],
  ['a terminal that is dumb', true, { TERM: 'dumb' }, 'x'],
  ['a pipe with FORCE_COLOR', false, { FORCE_COLOR: '1' }, RED],
  ['a terminal with FORCE_COLOR=0', true, { FORCE_COLOR: '0' }, 'x'],
  ['FORCE_COLOR before NO_COLOR', false, { FORCE_COLOR: '', NO_COLOR: '1' }, RED],
])('%s', (_, isTTY, env, expected) => {
  expect(styleFor(isTTY, env)('red', 'x')).toBe(expected);
});
