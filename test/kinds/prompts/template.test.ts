import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fillTemplate, parseTemplate } from '../../../src/kinds/prompts/template.js';

const KNOWN = ['file', 'focus'];

/** A template with its faults, filled. */
function fill(text: string, given: Record<string, string> = {}) {
  const faults: string[] = [];
  const template = parseTemplate(text, KNOWN, (fault) => faults.push(fault));
  return { text: fillTemplate(template, given, 1_000), faults };
}

describe('a template', () => {
  test.each<[string, string, string]>([
    ['is its own text without places', 'No place', 'No place'],
    ['has a place for an argument', 'See {{file}}.', 'See a.c.'],
    ['may have blanks in a place', '{{ file }}', 'a.c'],
    ['may have a place twice, and next to another', '{{file}}{{focus}}{{file}}', 'a.c{{file}}a.c'],
    ['writes {{ after a backslash', '\\{{file}}', '{{file}}'],
    ['writes a backslash before a place', '\\\\{{file}}', '\\a.c'],
    ['leaves other backslashes and braces', 'a\\b } { \\\\ {x} }}', 'a\\b } { \\\\ {x} }}'],
    ['leaves a third brace in front', '{ {{file}}}', '{ a.c}'],
  ])('%s', (_, text, expected) => {
    const { text: filled, faults } = fill(text, { file: 'a.c', focus: '{{file}}' });
    expect(faults).toEqual([]);
    expect(filled).toBe(expected);
  });

  test('leaves the place of an argument that is not given empty', () => {
    expect(fill('[{{file}}]').text).toBe('[]');
  });

  test('does not look for an argument in the prototype of what is given', () => {
    const template = parseTemplate('[{{constructor}}]', ['constructor'], () => {});
    expect(fillTemplate(template, Object.create(null), 100)).toBe('[]');
  });

  test.each([
    ['{{fiel}}', '"{{fiel}}" in line 1 is not an argument; did you mean "{{file}}"?'],
    [
      'x\n\n{{zebra}}',
      '"{{zebra}}" in line 3 is not an argument; list it in "arguments", or write \\{{',
    ],
    ['{{}}', '"{{}}" in line 1 is not an argument; list it in "arguments", or write \\{{'],
    ['a {{file', 'the "{{" in line 1 has no end; write \\{{ where no argument is meant'],
  ])('reports the place %j, which is wrong', (text, fault) => {
    expect(fill(text).faults).toEqual([fault]);
  });

  test('is not filled beyond the longest text', () => {
    const template = parseTemplate('{{file}}{{file}}', KNOWN, () => {});
    expect(fillTemplate(template, { file: 'x'.repeat(50) }, 100)).toHaveLength(100);
    expect(fillTemplate(template, { file: 'x'.repeat(51) }, 100)).toBeNull();
  });

  test('gives back any text whose {{ are escaped', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('{', '}', '\\', 'a', '\n', '{{')), (parts) => {
        // A backslash before {{ would escape it, so there is none.
        const text = parts.join('').replaceAll(/\\+(?=\{)/g, '');
        const escaped = text.replaceAll('{{', '\\{{');
        expect(fill(escaped)).toEqual({ text, faults: [] });
      }),
    );
  });

  test('is read in a time that grows with its length', () => {
    const begun = performance.now();
    for (const piece of ['{{', '{{a', '\\', '{{ ', '\\{{']) fill(piece.repeat(30_000));
    expect(performance.now() - begun).toBeLessThan(5_000);
  });
});
