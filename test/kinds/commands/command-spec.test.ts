import { describe, expect, test } from 'vitest';
import { commandDefinition } from '../../../src/kinds/commands/index.js';
import { readSpec } from '../../../src/registry/spec.js';
import { schemaOf } from '../../docs/schemas.js';
import { makePlugin, makeRaw } from '../../registry/make-batch.js';

const parse = (spec: unknown, text = JSON.stringify(spec)) =>
  readSpec(commandDefinition, makeRaw('command', 'x', text), makePlugin('p'));

describe('a spec', () => {
  test('of a description alone is completed with what is safe', () => {
    const { spec, problems, warnings } = parse({ description: 'Does it' });
    expect({ problems, warnings }).toEqual({ problems: [], warnings: [] });
    expect(spec).toEqual({
      description: 'Does it',
      args: [],
      examples: [],
      requireAuth: true,
      stdin: false,
      aliases: [],
    });
    expect(Object.isFrozen(spec)).toBe(true);
  });

  test('keeps all that it says', () => {
    const whole = {
      description: 'Does it\nwell',
      usage: '<file>...',
      args: [{ name: 'file', description: 'where', required: false, many: true }],
      examples: [{ line: 'x a b', description: 'two' }],
      requireAuth: false,
      stdin: true,
      aliases: ['y'],
    };
    const parsed = parse(whole);
    expect(parsed.problems).toEqual([]);
    expect(parsed.spec).toEqual(whole);
    expect(commandDefinition.aliasesOf?.(parsed.spec)).toEqual(['y']);
    expect(schemaOf('command#spec')(whole)).toBe(true);
  });

  test('is judged as a whole: each fault with its place', () => {
    const { problems } = parse({
      description: 1,
      usage: 'a\nb',
      args: [{ required: 'yes' }, 'file'],
      examples: [{ line: 'x' }],
      requireAuth: 'no',
      stdin: 1,
      aliases: 'y',
    });
    expect(problems.map(({ path }) => path)).toEqual([
      '/description',
      '/usage',
      '/args/0/name',
      '/args/0/required',
      '/args/1',
      '/examples/0/description',
      '/requireAuth',
      '/stdin',
      '/aliases',
    ]);
  });

  test.each([
    ['/description', {}],
    ['/description', { description: ' ' }],
    ['/args', { args: {} }],
    ['/args/0/name', { args: [{ name: '' }] }],
    ['/args/0/description', { args: [{ name: 'a', description: 5 }] }],
    ['/args/0/many', { args: [{ name: 'a', many: 1 }] }],
    ['/examples/0', { examples: ['x'] }],
    ['/examples/0/line', { examples: [{ line: '\u001b[31m', description: 'red' }] }],
    ['/aliases/0', { aliases: ['a b'] }],
    ['/requireAuth', { requireAuth: null }],
  ])('is refused at %s: %j', (path, more) => {
    const spec = { ...(path === '/description' ? {} : { description: 'x' }), ...more };
    expect(parse(spec).problems).toMatchObject([{ code: 'REGISTRATION_INVALID', path }]);
    expect(schemaOf('command#spec')(spec)).toBe(false);
  });

  test.each([
    '[]',
    '5',
    'null',
    '{',
    `{"description":"x","a":${'['.repeat(200)}${']'.repeat(200)}}`,
  ])('that is %s is refused as a whole', (text) => {
    expect(parse(null, text).problems).toMatchObject([{ path: '' }]);
  });

  test('with a key that is not known is warned of, with the nearest', () => {
    const { problems, warnings } = parse({ description: 'x', requiresAuth: false });
    expect(problems).toEqual([]);
    expect(warnings).toMatchObject([
      { path: '/requiresAuth', message: expect.stringContaining('"requireAuth"') },
    ]);
  });
});
