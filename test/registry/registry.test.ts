import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Registry, type RegistryWarning } from '../../src/registry/index.js';
import { ANYTHING, makeBatch, makePlugin, removePlugin } from './make-batch.js';

const taken = (warnings: readonly RegistryWarning[]) =>
  warnings.map((w) => `${w.plugin}:${w.name} < ${(w.details as { owner: string }).owner}`).sort();

describe('Registry', () => {
  it('finds a tool by its full and its short name', () => {
    const registry = new Registry(ANYTHING);
    registry.apply({ add: [makeBatch('calc', ['add', 'sub'])] });
    const { snapshot } = registry;
    expect(snapshot.resolve('tool', 'add')).toBe(snapshot.resolve('tool', 'calc:add'));
    expect(snapshot.resolve('tool', 'calc:sub')?.name).toBe('sub');
    expect(snapshot.resolve('command', 'add')).toBeUndefined();
    expect(snapshot.resolve('tool', 'ADD')).toBeUndefined();
  });

  it('keeps Foo of one plugin and foo of another apart', () => {
    const registry = new Registry(ANYTHING);
    expect(registry.apply({ add: [makeBatch('a', ['Foo']), makeBatch('b', ['foo'])] })).toEqual([]);
    expect(registry.snapshot.resolve('tool', 'Foo')?.plugin.id).toBe('a');
    expect(registry.snapshot.resolve('tool', 'foo')?.plugin.id).toBe('b');
  });

  it('gives the short name to the first by level and then id, and warns naming both', () => {
    const registry = new Registry(ANYTHING);
    const warnings = registry.apply({
      add: [
        makeBatch(makePlugin('a', { level: 1 }), ['add']),
        makeBatch('c', ['add']),
        makeBatch('b', ['add']),
      ],
    });
    expect(registry.snapshot.resolve('tool', 'add')?.plugin.id).toBe('b');
    expect(registry.snapshot.resolve('tool', 'a:add')?.plugin.id).toBe('a');
    expect(taken(warnings)).toEqual(['a:add < b', 'c:add < b']);
    for (const { code, message } of warnings) {
      expect(code).toBe('NAME_TAKEN');
      expect(message).toMatch(/[ac]:add.*b:add/);
    }
  });

  it('comes to the same state whatever the order of commits', () => {
    const batches = [
      makeBatch(makePlugin('late', { level: 2 }), ['add', 'x', 'y']),
      makeBatch('a', ['x']),
      makeBatch('b', ['add', 'x']),
      makeBatch(makePlugin('c', { level: 1 }), ['y', 'add']),
    ];
    const state = (order: typeof batches, together: boolean) => {
      const registry = new Registry(ANYTHING);
      if (together) registry.apply({ add: order });
      else for (const batch of order) registry.apply({ add: [batch] });
      const { snapshot } = registry;
      return {
        list: snapshot.list('tool').map((entry) => entry.fullName),
        names: [...snapshot.names('tool')].sort().map((n) => snapshot.resolve('tool', n)?.fullName),
        warnings: taken(snapshot.warnings()),
        wire: snapshot.list('tool').map((entry) => snapshot.wireName(entry)),
      };
    };
    const expected = state(batches, true);
    fc.assert(
      fc.property(
        fc.shuffledSubarray(batches, { minLength: 4 }),
        fc.boolean(),
        (order, together) => {
          expect(state(order, together)).toEqual(expected);
        },
      ),
    );
  });

  it('warns of the others when the new plugin takes a short name from them', () => {
    const registry = new Registry(ANYTHING);
    registry.apply({ add: [makeBatch('b', ['add'])] });
    expect(taken(registry.apply({ add: [makeBatch('a', ['add', 'sub'])] }))).toEqual(['b:add < a']);
  });

  it('does not repeat old clashes when another plugin comes', () => {
    const registry = new Registry(ANYTHING);
    registry.apply({ add: [makeBatch('a', ['add']), makeBatch('b', ['add'])] });
    expect(taken(registry.apply({ add: [makeBatch('c', ['add', 'sub'])] }))).toEqual(['c:add < a']);
  });

  it('takes all of a level or nothing', () => {
    const registry = new Registry(ANYTHING);
    registry.apply({ add: [makeBatch('a', ['add'])] });
    const before = registry.snapshot;
    expect(() => registry.apply({ add: [makeBatch('b', ['b']), makeBatch('a', ['c'])] })).toThrow(
      expect.objectContaining({ code: 'ALREADY_LOADED' }),
    );
    expect(() => registry.apply({ add: [makeBatch('d', ['b']), makeBatch('d', ['c'])] })).toThrow(
      expect.objectContaining({ code: 'ALREADY_LOADED' }),
    );
    expect(registry.snapshot).toBe(before);
    expect(before.plugins.map((plugin) => plugin.id)).toEqual(['a']);
    expect(registry.apply({ add: [makeBatch('e', ['b', 'c'])] })).toEqual([]);
  });

  it('removes all of a plugin, and its short names pass on', () => {
    const registry = new Registry(ANYTHING);
    registry.apply({ add: [makeBatch('a', ['add', 'only']), makeBatch('b', ['add'])] });
    removePlugin(registry, 'a');
    expect(registry.snapshot.resolve('tool', 'add')?.plugin.id).toBe('b');
    expect(registry.snapshot.resolve('tool', 'a:add')).toBeUndefined();
    expect(registry.snapshot.resolve('tool', 'only')).toBeUndefined();
    expect(registry.snapshot.warnings()).toEqual([]);
    removePlugin(registry, 'a');
    expect(registry.apply({ add: [makeBatch('c', ['only'])] })).toEqual([]);
  });

  it('gives a reader a snapshot that no change touches', () => {
    const registry = new Registry(ANYTHING);
    registry.apply({ add: [makeBatch('a', ['add'])] });
    const old = registry.snapshot;
    registry.apply({ add: [makeBatch('b', ['sub'])] });
    removePlugin(registry, 'a');
    expect(old.resolve('tool', 'a:add')?.name).toBe('add');
    expect(old.list('tool')).toHaveLength(1);
    expect(registry.snapshot.generation).toBeGreaterThan(old.generation);
    expect(Object.isFrozen(old) && Object.isFrozen(old.list('tool'))).toBe(true);
  });

  it('gives the same snapshot until something changes', () => {
    const registry = new Registry(ANYTHING);
    const empty = registry.snapshot;
    expect(registry.apply({ add: [] })).toEqual([]);
    expect(registry.snapshot).toBe(empty);
  });

  it('lists hooks in order of owners, without names to find them by', () => {
    const registry = new Registry(ANYTHING);
    registry.apply({
      add: [makeBatch('b', ['OnError', 'OnError'], 'hook'), makeBatch('a', ['OnError'], 'hook')],
    });
    const { snapshot } = registry;
    expect(snapshot.list('hook').map((e) => [e.fullName, e.ordinal])).toEqual([
      ['a:OnError', 0],
      ['b:OnError', 0],
      ['b:OnError', 1],
    ]);
    expect(snapshot.resolve('hook', 'OnError')).toBeUndefined();
    expect(snapshot.warnings()).toEqual([]);
  });

  it('is not fooled by names that objects inherit', () => {
    const registry = new Registry(ANYTHING);
    expect(registry.snapshot.resolve('tool', 'constructor')).toBeUndefined();
    registry.apply({ add: [makeBatch('constructor', ['toString', 'constructor'])] });
    const { snapshot } = registry;
    expect(snapshot.resolve('tool', 'constructor')?.fullName).toBe('constructor:constructor');
    for (const name of ['__proto__', 'hasOwnProperty', 'constructor:__proto__']) {
      expect(snapshot.resolve('tool', name)).toBeUndefined();
    }
    expect(snapshot.get('__proto__')).toBeUndefined();
    expect(snapshot.entriesOf('valueOf')).toEqual([]);
  });

  it('holds 100 plugins of 100 tools each', () => {
    const registry = new Registry(ANYTHING);
    for (let p = 0; p < 100; p++) {
      const names = Array.from({ length: 100 }, (_, t) => `tool${t}-${p % 10}`);
      registry.apply({ add: [makeBatch(`p${String(p).padStart(3, '0')}`, names)] });
    }
    expect(registry.snapshot.list('tool')).toHaveLength(10_000);
    expect(registry.snapshot.warnings()).toHaveLength(9_000);
    expect(registry.snapshot.resolve('tool', 'tool99-3')?.plugin.id).toBe('p003');
  });
});

describe('looking plugins up', () => {
  const registry = new Registry(ANYTHING);
  registry.apply({
    add: [
      makeBatch(makePlugin('calculator', { version: '1.4.0', description: 'Adds numbers' }), [
        'add',
      ]),
      makeBatch(makePlugin('files', { name: 'File Search', keywords: ['grep', 'find'] }), [
        'search',
      ]),
      makeBatch(makePlugin('beta', { version: '2.0.0-rc.1', author: 'Ann' }), ['add']),
      makeBatch('hooks', ['OnError'], 'hook'),
    ],
  });
  const { snapshot } = registry;
  const ids = (plugins: readonly { id: string }[]) => plugins.map((plugin) => plugin.id);

  it('gets a plugin by id and range', () => {
    expect(snapshot.get('calculator')?.version).toBe('1.4.0');
    expect(snapshot.get('calculator', '^1.2')?.id).toBe('calculator');
    expect(snapshot.get('calculator', '^2')).toBeUndefined();
    expect(snapshot.get('beta')?.id).toBe('beta');
    expect(snapshot.get('beta', '>=2.0.0-rc.0')?.id).toBe('beta');
    expect(snapshot.get('gone')).toBeUndefined();
  });

  it('finds who provides a kind, or a kind and name', () => {
    expect(ids(snapshot.findByCapability('tool'))).toEqual(['beta', 'calculator', 'files']);
    expect(ids(snapshot.findByCapability('tool:add'))).toEqual(['beta', 'calculator']);
    expect(ids(snapshot.findByCapability('hook:OnError'))).toEqual(['hooks']);
    expect(ids(snapshot.findByCapability('nothing'))).toEqual([]);
  });

  it('searches ids, names, keywords, registrations, descriptions and authors', () => {
    expect(ids(snapshot.search('CALC'))).toEqual(['calculator']);
    expect(ids(snapshot.search('grep'))).toEqual(['files']);
    expect(ids(snapshot.search('file numbers'))).toEqual([]);
    expect(ids(snapshot.search('search file'))).toEqual(['files']);
    expect(ids(snapshot.search('ann'))).toEqual(['beta']);
    expect(ids(snapshot.search('add'))).toEqual(['beta', 'calculator']);
    expect(ids(snapshot.search('  '))).toEqual([]);
  });
});
