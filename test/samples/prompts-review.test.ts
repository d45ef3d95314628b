import { describe, expect, test } from 'vitest';
import { schemaOf } from '../docs/schemas.js';
import { openSample } from './open-sample.js';

const sample = openSample('prompts-review');
const change = '-a\n+{{language}}';

describe('prompts-review', () => {
  test('asks for a review, with its arguments in the template', async () => {
    const { text } = await sample.host.prompts.render('review', {
      change,
      language: 'C',
      focus: 'security',
    });
    expect(text).toContain('It is written in C.');
    expect(text).toContain('Look at security first.');
    expect(text).toContain(`The change:\n\n${change}\n`);
  });

  test('asks for the message of a commit, and shows how a place is written', async () => {
    const { text } = await sample.host.prompts.render('prompts-review:commit-message', { change });
    expect(text).toContain('for example {{name}}.');
    expect(text.endsWith(`\n\n${change}\n`)).toBe(true);
  });

  test('needs the change', async () => {
    await expect(sample.host.prompts.render('review', { language: 'C' })).rejects.toMatchObject({
      code: 'ARGUMENTS_INVALID',
      message: expect.stringContaining('"change" is required and not given'),
    });
  });

  test.each([
    ['', ['C', 'C++', 'Go', 'Java', 'JavaScript', 'Perl', 'Python', 'Rust', 'TypeScript']],
    ['java', ['Java', 'JavaScript']],
    ['TYPE', ['TypeScript']],
    ['C++', ['C++']],
    ['x', []],
    ['ä'.repeat(100), []],
  ])('completes the language %j', async (value, values) => {
    expect(await sample.host.prompts.complete('review', 'language', value)).toEqual({
      values,
      hasMore: false,
    });
  });

  test('has a focus to choose', async () => {
    const { values } = await sample.host.prompts.complete('review', 'focus', 's');
    expect(values).toEqual(['security', 'speed']);
  });

  test('keeps to docs/reference/schemas, and is listed in its manifest', async () => {
    const result = schemaOf('prompt#result');
    const rendered = await sample.host.prompts.render('review', { change });
    expect(result(rendered) || result.errors).toBe(true);
    expect(sample.host.plugins.get('prompts-review')?.warnings).toEqual([]);
  });
});
