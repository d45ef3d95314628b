import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AisopodError } from '../../../src/base/errors/index.js';
import {
  type DependencyNode,
  dependencyFailed,
  dependencyLevels,
} from '../../../src/host/lifecycle/dependency-levels.js';

/** `node('a', '1.0.0', 'b ^1', 'c? *')` */
function node(id: string, version: string, ...needs: string[]): DependencyNode {
  const dependencies = new Map(
    needs.map((need) => {
      const [name, range = '*'] = need.split(/ (.*)/s);
      const optional = name?.endsWith('?') ?? false;
      return [name?.replace('?', '') ?? '', { range, optional }];
    }),
  );
  return { id, version, dependencies };
}

const codes = (failures: ReadonlyMap<string, AisopodError>) =>
  Object.fromEntries([...failures].map(([id, error]) => [id, error.code]));

describe('dependencyLevels', () => {
  it('puts a plugin after all that it needs, and sorts a level by id', () => {
    const plan = dependencyLevels([
      node('zeta', '1.0.0'),
      node('app', '1.0.0', 'store ^1', 'log'),
      node('store', '1.2.0', 'log *'),
      node('log', '0.1.0'),
    ]);
    expect(plan.levels).toEqual([['log', 'zeta'], ['store'], ['app']]);
    expect(plan.failures.size).toBe(0);
  });

  it('names the failure of a plugin that is there but cannot be started', () => {
    const cause = new AisopodError('MANIFEST_INVALID', 'entry is missing');
    const plan = dependencyLevels([node('app', '1.0.0', 'store ^1')], new Map([['store', cause]]));
    const error = plan.failures.get('app');
    expect(error?.code).toBe('DEPENDENCY_FAILED');
    expect(error?.details).toMatchObject({ root: 'store', rootCode: 'MANIFEST_INVALID' });
  });

  it('gives the same plan for every order of the plugins', () => {
    const plugins = [
      node('a', '1.0.0', 'b'),
      node('b', '1.0.0', 'c', 'd'),
      node('c', '1.0.0'),
      node('d', '1.0.0', 'gone'),
      node('x', '1.0.0', 'y'),
      node('y', '1.0.0', 'x'),
    ];
    const plain = (order: DependencyNode[]) => {
      const { levels, failures } = dependencyLevels(order);
      return { levels, failures: [...failures].map(([id, e]) => `${id} ${e.message}`).sort() };
    };
    const expected = plain(plugins);
    fc.assert(
      fc.property(fc.shuffledSubarray(plugins, { minLength: plugins.length }), (order) => {
        expect(plain(order)).toEqual(expected);
      }),
      { numRuns: 50 },
    );
  });

  it('names what is missing and what needs it', () => {
    const { levels, failures } = dependencyLevels([node('a', '1.0.0', 'gone ^2')]);
    expect(levels).toEqual([]);
    expect(failures.get('a')).toMatchObject({
      code: 'DEPENDENCY_MISSING',
      message: expect.stringContaining('a needs gone ^2'),
    });
  });

  it('shows both the range and the version that is there', () => {
    const plan = dependencyLevels([node('a', '1.0.0', 'b ^2.0.0'), node('b', '1.5.0')]);
    expect(plan.levels).toEqual([['b']]);
    expect(plan.failures.get('a')).toMatchObject({ code: 'DEPENDENCY_VERSION' });
    expect(plan.failures.get('a')?.message).toMatch(/\^2\.0\.0.*1\.5\.0/s);
  });

  it('takes any version for *, prereleases too', () => {
    const plan = dependencyLevels([node('a', '1.0.0', 'b *'), node('b', '1.0.0-beta.1')]);
    expect(plan.levels).toEqual([['b'], ['a']]);
  });

  it('fails the members of a cycle, prints it, and skips those that need them', () => {
    const { levels, failures } = dependencyLevels([
      node('a', '1.0.0', 'b'),
      node('b', '1.0.0', 'a'),
      node('c', '1.0.0', 'b'),
      node('free', '1.0.0'),
    ]);
    expect(levels).toEqual([['free']]);
    expect(codes(failures)).toEqual({
      a: 'DEPENDENCY_CYCLE',
      b: 'DEPENDENCY_CYCLE',
      c: 'DEPENDENCY_FAILED',
    });
    expect(failures.get('b')?.message).toContain('a → b → a');
  });

  it('fails a plugin that needs itself', () => {
    const { failures } = dependencyLevels([node('a', '1.0.0', 'a')]);
    expect(failures.get('a')?.message).toContain('a → a');
  });

  it('names members of a knot that do not stand on the printed circle', () => {
    const { failures } = dependencyLevels([
      node('a', '1.0.0', 'b', 'c'),
      node('b', '1.0.0', 'a'),
      node('c', '1.0.0', 'a'),
    ]);
    expect(failures.get('c')?.message).toMatch(/a → b → a .*c/);
  });

  it('starts a plugin whose optional dependency is missing, of another version, or failed', () => {
    const { levels, failures } = dependencyLevels([
      node('a', '1.0.0', 'gone?', 'old? ^2', 'broken?'),
      node('old', '1.0.0'),
      node('broken', '1.0.0', 'nowhere'),
    ]);
    expect(levels).toEqual([['a', 'old']]);
    expect([...failures.keys()]).toEqual(['broken']);
  });

  it('starts a plugin after an optional dependency that is there', () => {
    const { levels } = dependencyLevels([node('a', '1.0.0', 'b?'), node('b', '1.0.0')]);
    expect(levels).toEqual([['b'], ['a']]);
  });

  it('starts plugins in a circle that an optional dependency closes', () => {
    const { levels, failures } = dependencyLevels([
      node('a', '1.0.0', 'b?'),
      node('b', '1.0.0', 'c'),
      node('c', '1.0.0', 'a'),
    ]);
    expect(failures.size).toBe(0);
    expect(levels).toEqual([['a'], ['c'], ['b']]);
  });

  it('keeps the optional dependencies of a knot that close no circle', () => {
    const { levels } = dependencyLevels([
      node('a', '1.0.0', 'd?', 'c?'),
      node('b', '1.0.0', 'a'),
      node('c', '1.0.0', 'b?'),
      node('d', '1.0.0', 'b'),
    ]);
    expect(levels.flat()).toHaveLength(4);
    expect(levels.flat().indexOf('a')).toBeLessThan(levels.flat().indexOf('b'));
    expect(levels.flat().indexOf('b')).toBeLessThan(levels.flat().indexOf('d'));
  });

  it('starts plugins that only depend on each other optionally, by id', () => {
    const { levels } = dependencyLevels([node('b', '1.0.0', 'a?'), node('a', '1.0.0', 'b?')]);
    expect(levels).toEqual([['a'], ['b']]);
  });

  it('starts a plugin without an optional dependency whose own circle is required', () => {
    const { levels, failures } = dependencyLevels([
      node('a', '1.0.0', 'b?'),
      node('b', '1.0.0', 'c'),
      node('c', '1.0.0', 'b'),
    ]);
    expect(levels).toEqual([['a']]);
    expect(codes(failures)).toEqual({ b: 'DEPENDENCY_CYCLE', c: 'DEPENDENCY_CYCLE' });
  });

  it('never fails a plugin for optional dependencies, and starts each after what it requires', () => {
    const edge = fc.record({
      from: fc.nat({ max: 11 }),
      to: fc.nat({ max: 11 }),
      optional: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(edge, { maxLength: 40 }), (edges) => {
        const required = new Set<string>();
        const needs = new Map<number, Map<string, { range: string; optional: boolean }>>();
        for (const { from, to, optional } of edges) {
          // Required edges lead to smaller numbers, so they make no circle.
          const isOptional = optional || to >= from;
          if (!isOptional) required.add(`${from} ${to}`);
          const of = needs.get(from) ?? new Map();
          of.set(`p${to}`, { range: '*', optional: isOptional && !required.has(`${from} ${to}`) });
          needs.set(from, of);
        }
        const plan = dependencyLevels(
          Array.from({ length: 12 }, (_, i) => ({
            id: `p${i}`,
            version: '1.0.0',
            dependencies: needs.get(i) ?? new Map(),
          })),
        );
        expect(plan.failures.size).toBe(0);
        const levelOf = new Map(plan.levels.flatMap((ids, at) => ids.map((id) => [id, at])));
        expect(levelOf.size).toBe(12);
        for (const pair of required) {
          const [from, to] = pair.split(' ');
          expect(levelOf.get(`p${to}`)).toBeLessThan(levelOf.get(`p${from}`) ?? -1);
        }
      }),
    );
  });

  it('names a long chain of needs by its begin and its root', () => {
    const { failures } = dependencyLevels([
      ...Array.from({ length: 40 }, (_, i) => node(`p${i}`, '1.0.0', `p${i + 1}`)),
      node('p40', '1.0.0', 'gone'),
    ]);
    const error = failures.get('p0');
    expect(error?.message).toContain('needs p1, which needs p2, which needs …, which needs p40');
    expect(error?.details).toMatchObject({ root: 'p40', chain: { length: 16 } });
  });

  it('names the root cause to each plugin down the line', () => {
    const { failures } = dependencyLevels([
      node('a', '1.0.0', 'b'),
      node('b', '1.0.0', 'c'),
      node('c', '1.0.0', 'gone'),
    ]);
    expect(codes(failures)).toEqual({
      c: 'DEPENDENCY_MISSING',
      b: 'DEPENDENCY_FAILED',
      a: 'DEPENDENCY_FAILED',
    });
    expect(failures.get('a')?.details).toMatchObject({
      dependency: 'b',
      root: 'c',
      rootCode: 'DEPENDENCY_MISSING',
    });
    expect(failures.get('a')?.message).toMatch(/needs b, which needs c, and c did not start/);
  });

  it('copes with a chain of 10,000 plugins', () => {
    const id = (i: number) => `p${String(i).padStart(5, '0')}`;
    const chain = Array.from({ length: 10_000 }, (_, i) =>
      i === 0 ? node(id(0), '1.0.0') : node(id(i), '1.0.0', id(i - 1)),
    );
    const plan = dependencyLevels(chain);
    expect(plan.levels).toHaveLength(10_000);
    expect(plan.levels[9_999]).toEqual([id(9_999)]);
  });

  it('copes with a circle of 10,000 plugins', () => {
    const ring = Array.from({ length: 10_000 }, (_, i) =>
      node(`p${i}`, '1.0.0', `p${(i + 1) % 10_000}`),
    );
    expect(dependencyLevels(ring).failures.size).toBe(10_000);
  });

  it('is not fooled by ids that objects inherit', () => {
    const plan = dependencyLevels([node('constructor', '1.0.0'), node('a', '1.0.0', 'toString')]);
    expect(plan.levels).toEqual([['constructor']]);
    expect(plan.failures.get('a')?.code).toBe('DEPENDENCY_MISSING');
  });
});

describe('dependencyFailed', () => {
  it('passes the root cause on when a failure is handed down while plugins start', () => {
    const init = new AisopodError('INIT_FAILED', 'no database');
    const first = dependencyFailed('b', 'c', init);
    const second = dependencyFailed('a', 'b', first);
    expect(second.details).toMatchObject({ dependency: 'b', root: 'c', rootCode: 'INIT_FAILED' });
    expect(second.message).toContain('no database');
  });
});
