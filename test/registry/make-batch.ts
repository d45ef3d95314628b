import type { Kind, RawRegistration } from '../../src/abi/index.js';
import type { Shape } from '../../src/base/shape/index.js';
import { KIND_DEFINITIONS } from '../../src/kinds/index.js';
import {
  judgeBatch,
  type KindDefinition,
  type KindDefinitions,
  type PluginBatch,
  type RegisteredPlugin,
  type Registry,
} from '../../src/registry/index.js';
import { makeGeneration } from '../support/generations.js';

/** Reads every value as it is. */
const anything: Shape<object> = {
  expected: 'anything',
  schema: {},
  read: (value) => value as object,
};

/** A kind of the host's with other rules for its specs. */
export function withRules(kind: Kind, rules: Partial<KindDefinition>): KindDefinition {
  const definition = KIND_DEFINITIONS.get(kind);
  if (definition === undefined) throw new Error(`the host has no ${kind}`);
  const { names, caseCounts, methods, registrar } = definition;
  return { kind, names, caseCounts, methods, registrar, spec: anything, ...rules };
}

/** The kinds of the host, with every object as a legal spec. */
export const ANYTHING: KindDefinitions = new Map(
  Array.from(KIND_DEFINITIONS.keys(), (kind) => [kind, withRules(kind, {})]),
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
