import type { Kind, RawRegistration } from '../../src/abi/index.js';
import {
  judgeBatch,
  type PluginBatch,
  type RegisteredPlugin,
  type Registry,
  type SpecParsers,
} from '../../src/registry/index.js';
import { makeGeneration } from '../support/generations.js';

/** Parsers that take every spec of a few kinds. */
export const ANYTHING: SpecParsers = Object.fromEntries(
  ['tool', 'command', 'hook', 'middleware', 'message'].map((kind) => [
    kind,
    (raw: RawRegistration) => ({ spec: { text: raw.spec }, problems: [], warnings: [] }),
  ]),
);

export function makePlugin(id: string, more: Partial<RegisteredPlugin> = {}): RegisteredPlugin {
  return { id, name: id, version: '1.0.0', trust: 'trusted', level: 0, ...more };
}

let token = 0;

export function makeRaw(kind: Kind, name: string, spec = '{}', flags = 0): RawRegistration {
  token += 1;
  return { token, kind, name, spec, flags };
}

/** A judged batch of tools. */
export function makeBatch(
  plugin: string | RegisteredPlugin,
  names: readonly string[],
  kind: Kind = 'tool',
): PluginBatch {
  const owner = typeof plugin === 'string' ? makePlugin(plugin) : plugin;
  return judgeBatch(
    owner,
    names.map((name) => makeRaw(kind, name)),
    ANYTHING,
    makeGeneration(owner.id),
  );
}

/** Takes away what a plugin registered, where it is there. */
export function removePlugin(registry: Registry, id: string): void {
  const batch = registry.snapshot.batchOf(id);
  registry.apply({ remove: batch === undefined ? [] : [batch] });
}
