import { describe, expect, test } from 'vitest';
import { AisopodError } from '../../../src/base/errors/index.js';
import { DEFAULT_LIMITS } from '../../../src/config/index.js';
import { HostEventEmitter } from '../../../src/host/host-event-emitter.js';
import type { Finding } from '../../../src/host/plugins/finding.js';
import type { LifecycleChange } from '../../../src/host/plugins/lifecycle.js';
import type { Plugin } from '../../../src/host/plugins/plugin.js';
import { PluginTable } from '../../../src/host/plugins/plugin-table.js';
import { FakeInstance } from '../../support/fake-instance.js';

function makeTable() {
  const changes: LifecycleChange[] = [];
  const events = new HostEventEmitter((name, args) => {
    if (name === 'phase') changes.push(args[0] as LifecycleChange);
  });
  return { table: new PluginTable(events, () => 'start'), changes };
}

function finding(id: string | null, path: string, code?: 'SHADOWED' | 'PATH_UNSAFE'): Finding {
  const error = code === undefined ? null : new AisopodError(code, `${path} is not used`);
  const origin = { path, real: path, origin: 'home', single: true, error: null } as const;
  return {
    embedded: null,
    found: {
      id,
      path,
      error,
      origin,
      manifest: null,
      hooks: [],
      lastGood: null,
      contents: null,
      manifestFile: null,
      entry: null,
      warnings: [],
    },
  };
}

/** Takes a plugin from discovered to active, by a generation of its own. */
function run(plugin: Plugin) {
  plugin.lifecycle.to('validated');
  const generation = plugin.beginGeneration(DEFAULT_LIMITS);
  generation.opened(new FakeInstance());
  for (const phase of ['loaded', 'registered', 'initialised', 'active'] as const) {
    plugin.lifecycle.to(phase);
  }
  return generation;
}

/** Takes a plugin that runs to its end. */
function end(plugin: Plugin) {
  const generation = plugin.current;
  generation?.beginEnd();
  generation?.end();
  if (generation !== null) plugin.endGeneration(generation);
  plugin.lifecycle.to('draining');
  plugin.lifecycle.to('unloaded');
}

const paths = (table: PluginTable) => table.findings.map(({ finding }) => finding.found.path);

describe('a plugin that was found several times', () => {
  test('is one plugin, which uses the finding that nothing speaks against', () => {
    const { table } = makeTable();
    const [plugin] = table.replaceAll([
      finding('a', '/1', 'PATH_UNSAFE'),
      finding('a', '/2'),
      finding('a', '/3', 'SHADOWED'),
    ]);
    expect(table.all).toEqual([plugin]);
    expect(plugin?.found.path).toBe('/2');
    expect(paths(table)).toEqual(['/1', '/2', '/3']);
  });

  test('uses the first with a fault of its own when each has a fault', () => {
    const { table } = makeTable();
    table.replaceAll([finding('a', '/1', 'SHADOWED'), finding('a', '/2', 'PATH_UNSAFE')]);
    expect(table.find('a')?.found.path).toBe('/2');
  });

  test('keeps its other findings when it is loaded again from elsewhere', () => {
    const { table } = makeTable();
    const [plugin] = table.replaceAll([finding('a', '/1'), finding('a', '/2', 'SHADOWED')]);
    for (const phase of ['validated', 'unloaded'] as const) plugin?.lifecycle.to(phase);
    table.add(finding('a', '/3'));
    expect(paths(table)).toEqual(['/2', '/3']);
    expect(table.find('a')?.found.path).toBe('/3');
  });
});

describe('what has no id', () => {
  test('is a plugin by its path, and is not found by an id', () => {
    const { table } = makeTable();
    table.replaceAll([finding(null, '/x')]);
    expect(table.find('/x')).toBeUndefined();
    expect(table.named('/x')?.found.path).toBe('/x');
  });

  test('makes room for the plugin that its folder holds later', () => {
    const { table } = makeTable();
    const [plugin] = table.replaceAll([finding(null, '/x')]);
    plugin?.lifecycle.to('failed_manifest', new AisopodError('MANIFEST_MISSING', 'none'));
    table.add(finding('a', '/x'));
    expect(table.named('/x')).toBeUndefined();
    expect(paths(table)).toEqual(['/x']);
  });
});

describe('adding a finding of a plugin that is known', () => {
  test('is refused while the plugin waits to be started, or runs', () => {
    const { table } = makeTable();
    const plugin = table.add(finding('a', '/1'));
    const refused = { code: 'ALREADY_LOADED', details: { plugin: 'a', path: '/1' } };
    expect(() => table.add(finding('a', '/2'))).toThrow(expect.objectContaining(refused));
    run(plugin);
    expect(() => table.add(finding('a', '/2'))).toThrow(expect.objectContaining(refused));
    expect(paths(table)).toEqual(['/1']);
  });

  test('keeps the plugin, its history and the number of its generations', () => {
    const { table, changes } = makeTable();
    const plugin = table.add(finding('a', '/1'));
    expect(run(plugin).number).toBe(1);
    end(plugin);
    expect(table.add(finding('a', '/2'))).toBe(plugin);
    expect(plugin.phase).toBe('discovered');
    expect(run(plugin).number).toBe(2);
    expect(changes.map(({ to }) => to)).toEqual([
      ...['validated', 'loaded', 'registered', 'initialised', 'active', 'draining', 'unloaded'],
      ...['discovered', 'validated', 'loaded', 'registered', 'initialised', 'active'],
    ]);
    expect(plugin.lifecycle.history).toHaveLength(changes.length);
  });
});

describe('the generations of a plugin', () => {
  test('are next until the plugin is active, then current, then none', () => {
    const { table } = makeTable();
    const plugin = table.add(finding('a', '/1'));
    plugin.lifecycle.to('validated');
    const generation = plugin.beginGeneration(DEFAULT_LIMITS);
    expect([plugin.next, plugin.current, plugin.isAlive]).toEqual([generation, null, false]);
    generation.opened(new FakeInstance());
    expect(plugin.isAlive).toBe(true);
    for (const phase of ['loaded', 'registered', 'initialised', 'active'] as const) {
      plugin.lifecycle.to(phase);
    }
    expect([plugin.next, plugin.current]).toEqual([null, generation]);
    end(plugin);
    expect([plugin.next, plugin.current, plugin.isAlive]).toEqual([null, null, false]);
    expect(plugin.newest).toBe(generation);
  });

  test('do not become current when they end before the plugin is active', () => {
    const { table } = makeTable();
    const plugin = table.add(finding('a', '/1'));
    plugin.lifecycle.to('validated');
    const generation = plugin.beginGeneration(DEFAULT_LIMITS);
    plugin.lifecycle.to('failed_load', new AisopodError('LIBRARY_OPEN', 'no'));
    plugin.endGeneration(generation);
    expect([plugin.next, plugin.current, plugin.newest]).toEqual([null, null, generation]);
  });
});
