import { describe, expect, test } from 'vitest';
import { notFoundText } from '../../../src/base/text/index.js';

describe('the text about a name that is not known', () => {
  test('names what was meant and the command that lists all', () => {
    const hints = { similar: 'greet', list: 'aisopod tools list' };
    expect(notFoundText('tool', 'gret', hints)).toBe(
      'There is no tool named "gret". Did you mean "greet"? ' +
        'List the available tools with: aisopod tools list',
    );
  });

  test('joins several names that were equally likely meant', () => {
    const text = (similar: string[]) => notFoundText('command', 'list', { similar });
    expect(text(['a', 'b'])).toMatch(/Did you mean "a" or "b"\?$/);
    expect(text(['a', 'b', 'c'])).toMatch(/Did you mean "a", "b" or "c"\?$/);
    expect(text([])).toBe('There is no command named "list".');
  });

  test('lists the known names only if none is similar', () => {
    const known = ['one', 'two'];
    expect(notFoundText('limit', 'x', { similar: null, known })).toBe(
      'There is no limit named "x". The available limits are: one, two.',
    );
    expect(notFoundText('limit', 'on', { similar: 'one', known })).not.toContain('two');
  });

  test('shortens and escapes the name', () => {
    expect(notFoundText('tool', 'x'.repeat(1e6)).length).toBeLessThan(300);
    expect(notFoundText('tool', 'a\u202eb')).toBe('There is no tool named "a\\u{202e}b".');
  });
});
