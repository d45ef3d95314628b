import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Registry } from '../../src/registry/index.js';
import { ANYTHING, makeBatch } from './make-batch.js';

const hash = (fullName: string) => createHash('sha256').update(fullName).digest('hex').slice(0, 8);

function wire(...batches: [plugin: string, ...names: string[]][]): Record<string, string> {
  const registry = new Registry(ANYTHING);
  registry.apply({ add: batches.map(([plugin, ...names]) => makeBatch(plugin, names)) });
  const { snapshot } = registry;
  return Object.fromEntries(
    snapshot.list('tool').map((entry) => [entry.fullName, snapshot.wireName(entry)]),
  );
}

describe('the name on the wire', () => {
  it('is the bare name where one plugin owns it', () => {
    expect(wire(['a', 'add'], ['b', 'sub'])).toEqual({ 'a:add': 'add', 'b:sub': 'sub' });
  });

  it('is plugin_name and a hash for every owner where several have it', () => {
    expect(wire(['a', 'add'], ['b', 'add'])).toEqual({
      'a:add': `a_add_${hash('a:add')}`,
      'b:add': `b_add_${hash('b:add')}`,
    });
  });

  it('writes other characters as _ and cuts at 64', () => {
    const id = `my.plugin-${'x'.repeat(50)}`;
    const names = wire([id, 'add'], ['b', 'add']);
    expect(names[`${id}:add`]).toBe(`my_plugin-${'x'.repeat(45)}_${hash(`${id}:add`)}`);
    expect(names[`${id}:add`]).toHaveLength(64);
  });

  it('tells plugins apart whose ids look alike then', () => {
    const names = wire(['a.b', 'c'], ['a_b', 'c'], ['a-b', 'c']);
    expect(new Set(Object.values(names)).size).toBe(3);
  });

  it('cannot be taken by a plugin that registers what another one is given', () => {
    const made = `a_add_${hash('a:add')}`;
    const names = wire(['a', 'add'], ['b', 'add'], ['thief', made]);
    expect(names['a:add']).toBe(made);
    expect(names[`thief:${made}`]).toBe(`thief_${made}_${hash(`thief:${made}`)}`);
    expect(new Set(Object.values(names)).size).toBe(3);
  });
});
