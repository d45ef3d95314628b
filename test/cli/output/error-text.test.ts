import { describe, expect, test } from 'vitest';
import { AisopodError } from '../../../src/base/errors/index.js';
import { causeText, errorText, stackText } from '../../../src/cli/output/error-text.js';

const plain = (_: string, text: string) => text;

describe('the text of an error', () => {
  test('is its message and code, then what the details add', () => {
    const details = { plugin: 'hello', limit: 5, faults: [{ path: '/a' }], nothing: null };
    expect(errorText({ code: 'USAGE', message: 'Plugin hello is odd.', details }, plain)).toBe(
      'error: Plugin hello is odd. (USAGE)\n  limit: 5\n  faults: [{"path":"/a"}]',
    );
  });

  test('takes details that are no object', () => {
    expect(errorText({ code: 'X', message: 'm', details: [1] }, plain)).toBe(
      'error: m (X)\n  details: [1]',
    );
  });

  test('cannot steer the terminal', () => {
    const details = { note: '\x9b2J' };
    expect(errorText({ code: 'X', message: '\x1b]0;title\x07', details }, plain)).toBe(
      'error: \\u{1b}]0;title\\u{7} (X)\n  note: \\u{9b}2J',
    );
  });
});

test('what is behind an error is its cause, with stack and causes', () => {
  const cause = new TypeError('outer \x1b', { cause: new Error('inner') });
  const text = causeText({ cause });
  expect(text).toMatch(/^ {2}caused by: TypeError: outer \\u\{1b\}\n {2,}at .*cause.*inner/s);
  expect(text).not.toMatch(/^\S/m);
  expect(causeText({})).toBe('');
});

test('the stack of a bug is that of the error behind it', () => {
  const bug = new TypeError('deep down');
  expect(stackText(AisopodError.from(bug))).toMatch(/^TypeError: deep down\n\s+at /);
  expect(stackText('thrown text')).toBe('thrown text');
});
