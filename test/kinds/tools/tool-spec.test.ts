import { describe, expect, it } from 'vitest';
import { toolDefinition } from '../../../src/kinds/tools/index.js';
import type { Trust } from '../../../src/registry/index.js';
import { readSpec } from '../../../src/registry/spec.js';
import { makePlugin, makeRaw } from '../../registry/make-batch.js';

function parse(spec: unknown, trust: Trust = 'trusted') {
  const text = typeof spec === 'string' ? spec : JSON.stringify(spec);
  return readSpec(toolDefinition, makeRaw('tool', 't', text), makePlugin('p', { trust }));
}

const places = (spec: unknown, trust?: Trust) =>
  parse(spec, trust).problems.map(({ code, path }) => [code, path]);

describe('the spec of a tool', () => {
  it('reads every key', () => {
    const { spec, problems, warnings } = parse({
      description: 'Adds',
      parameters: { type: 'object', properties: { a: { type: 'number' } } },
      output: { type: 'number' },
      guideline: 'Use it to add',
      permissions: ['network'],
      hints: { readOnly: true, destructive: false, idempotent: true },
      cache_ttl_ms: 60_000,
      on_error: true,
    });
    expect([problems, warnings]).toEqual([[], []]);
    expect(spec).toEqual({
      description: 'Adds',
      parameters: { type: 'object', properties: { a: { type: 'number' } } },
      output: { type: 'number' },
      guideline: 'Use it to add',
      permissions: ['network'],
      hints: { readOnly: true, destructive: false, idempotent: true },
      cacheTtlMs: 60_000,
      onError: true,
      patterns: 'guarded',
      expanded: 2,
    });
  });

  it('needs a description only, and arguments are then any object', () => {
    const { spec, problems } = parse({ description: 'Adds' });
    expect(problems).toEqual([]);
    expect(spec.parameters).toEqual({ type: 'object' });
    expect([spec.permissions, spec.hints, 'output' in spec]).toEqual([[], {}, false]);
    expect([spec.cacheTtlMs, spec.onError]).toEqual([0, false]);
  });

  it('completes parameters that leave "type" out', () => {
    const { spec, problems } = parse({ description: 'd', parameters: { required: ['a'] } });
    expect(problems).toEqual([]);
    expect(spec.parameters).toEqual({ type: 'object', required: ['a'] });
  });

  it('freezes all of it', () => {
    const { spec } = parse({
      description: 'd',
      parameters: { properties: { a: { enum: [[1]] } } },
    });
    const { a } = spec.parameters.properties as { a: { enum: [number[]] } };
    expect([spec, spec.parameters, a, a.enum[0]].every(Object.isFrozen)).toBe(true);
  });

  it('reports everything that is wrong at once, with its place in the spec', () => {
    const spec = {
      description: '  ',
      parameters: { type: 'array', properties: { a: { type: 'text' } } },
      output: 'number',
      guideline: 5,
      permissions: ['network', 7],
      hints: { readOnly: 'yes' },
    };
    expect(places(spec)).toEqual([
      ['REGISTRATION_INVALID', '/description'],
      ['SCHEMA_INVALID', '/output'],
      ['REGISTRATION_INVALID', '/guideline'],
      ['REGISTRATION_INVALID', '/permissions/1'],
      ['REGISTRATION_INVALID', '/hints/readOnly'],
      ['SCHEMA_INVALID', '/parameters/properties/a/type'],
      ['SCHEMA_INVALID', '/parameters/type'],
    ]);
    expect(parse(spec).problems.at(-1)).toMatchObject({ expected: 'object', found: 'array' });
  });

  it.each<[string, unknown, string]>([
    ['no object', [], ''],
    ['null', null, ''],
    ['no JSON', '{"description":', ''],
    ['too deep', `{"x": ${'['.repeat(50_000)}${']'.repeat(50_000)}}`, ''],
    ['without a description', {}, '/description'],
    ['with a description that is no text', { description: {} }, '/description'],
    ['with parameters that are no object', { description: 'd', parameters: true }, '/parameters'],
    ['with permissions that are no list', { description: 'd', permissions: 'all' }, '/permissions'],
    ['with hints that are no object', { description: 'd', hints: [] }, '/hints'],
  ])('refuses a spec that is %s', (_, spec, path) => {
    expect(places(spec).map(([, at]) => at)).toEqual([path]);
  });

  it('warns of unknown keys and names the nearest', () => {
    const { problems, warnings } = parse({
      description: 'd',
      paramters: {},
      hints: { readonly: true },
      zebra: 1,
    });
    expect(problems).toEqual([]);
    expect(warnings.map(({ path, message }) => [path, message])).toEqual([
      ['/paramters', expect.stringContaining('did you mean "parameters"')],
      ['/zebra', expect.stringContaining('known are description')],
      ['/hints/readonly', expect.stringContaining('did you mean "readOnly"')],
    ]);
  });

  it('lets only trusted plugins use patterns that can block', () => {
    const spec = { description: 'd', parameters: { properties: { a: { pattern: '(?=a)a' } } } };
    expect(places(spec)).toEqual([]);
    for (const trust of ['semi-trusted', 'untrusted'] as const) {
      expect(places(spec, trust)).toEqual([['SCHEMA_INVALID', '/parameters/properties/a/pattern']]);
      expect(parse({ description: 'd' }, trust).spec.patterns).toBe('linear');
    }
  });
});

describe('what a tool says of its answers and failures', () => {
  const idempotent = { idempotent: true };

  it('may keep answers for a time, if it is idempotent', () => {
    expect(parse({ description: 'd', cache_ttl_ms: 5, hints: idempotent }).spec.cacheTtlMs).toBe(5);
    expect(places({ description: 'd', cache_ttl_ms: 0 })).toEqual([]);
    for (const hints of [undefined, {}, { idempotent: false }, { readOnly: true }]) {
      expect(places({ description: 'd', cache_ttl_ms: 5, hints })).toEqual([
        ['REGISTRATION_INVALID', '/cache_ttl_ms'],
      ]);
    }
  });

  it.each([-1, 0.5, '5', null, true, 1e300])('refuses to keep answers for %j', (ttl) => {
    expect(places({ description: 'd', cache_ttl_ms: ttl, hints: idempotent })).toEqual([
      ['REGISTRATION_INVALID', '/cache_ttl_ms'],
    ]);
  });

  it.each([1, 'yes', null, {}])('refuses %j as the wish to be asked about failures', (wish) => {
    expect(places({ description: 'd', on_error: wish })).toEqual([
      ['REGISTRATION_INVALID', '/on_error'],
    ]);
  });
});
