import { describe, expect, test } from 'vitest';
import { middlewareDefinition } from '../../../src/kinds/middleware/index.js';
import { readSpec } from '../../../src/registry/spec.js';
import { schemaOf } from '../../docs/schemas.js';
import { makePlugin, makeRaw } from '../../registry/make-batch.js';

const parse = (spec: string) =>
  readSpec(middlewareDefinition, makeRaw('middleware', 'm', spec), makePlugin('p'));

describe('the spec of a middleware', () => {
  test('names its chain and its place', () => {
    const { spec, problems, warnings } = parse('{"chain":"message","order":-5}');
    expect([spec, problems, warnings]).toEqual([{ chain: 'message', order: -5 }, [], []]);
    expect(Object.isFrozen(spec)).toBe(true);
  });

  test('has the order 100 when it does not say', () => {
    expect(parse('{"chain":"tool"}').spec).toEqual({ chain: 'tool', order: 100 });
  });

  test('is warned of a key that is not known', () => {
    const { problems, warnings } = parse('{"chain":"tool","ordr":1,"colour":2}');
    expect(problems).toEqual([]);
    expect(warnings.map(({ path, message }) => [path, message])).toEqual([
      ['/ordr', expect.stringContaining('did you mean "order"?')],
      ['/colour', expect.stringContaining('known are chain, order')],
    ]);
  });

  test.each([
    ['no chain', '{}', '/chain'],
    ['a chain that there is not', '{"chain":"tools"}', '/chain'],
    ['a chain that is no text', '{"chain":["tool"]}', '/chain'],
    ['a chain named like a member of objects', '{"chain":"constructor"}', '/chain'],
    ['an order that is no whole number', '{"chain":"tool","order":1.5}', '/order'],
    ['an order that is text', '{"chain":"tool","order":"first"}', '/order'],
    ['an order beyond what is exact', '{"chain":"tool","order":1e300}', '/order'],
    ['null', 'null', ''],
    ['a list', '[]', ''],
    ['what is no JSON', '{', ''],
  ])('is refused for %s', (_, text, path) => {
    const { problems } = parse(text);
    expect(problems).toMatchObject([{ code: 'REGISTRATION_INVALID', path }]);
    if (text !== '{') expect(schemaOf('middleware#spec')(JSON.parse(text))).toBe(false);
  });
});
