import type { RawRegistration } from '../../abi/index.js';
import { AisopodError } from '../../base/errors/index.js';
import type { Generation } from '../../instance/index.js';
import {
  type Entry,
  foldName,
  type KindDefinition,
  type KindDefinitions,
  type PluginBatch,
  type RegisteredPlugin,
  readSpec,
} from '../../registry/index.js';

/** A registration that judgeBatch() has accepted earlier, without its spec. */
export interface RecalledRegistration extends Pick<RawRegistration, 'kind' | 'name' | 'flags'> {
  /** As the entry had them. */
  readonly aliases: readonly string[];
}

/** The token of what no instance has registered yet: none is ever given away. */
export const NO_TOKEN = 0;

/** Of a plugin that registered earlier, what all that it registered has in common. */
export interface Recalling {
  readonly id: string;
  readonly level: number;
  /** Is asked for when it is first needed. */
  readonly ownerOf: () => RegisteredPlugin;
  /** Whose calls wait until it has registered the same. */
  readonly generation: Generation;
  readonly definitions: KindDefinitions;
}

/** All that a plugin registered earlier; who it is, and the specs, are read when they are first needed. */
class RecalledBatch implements PluginBatch {
  readonly id: string;
  readonly level: number;
  readonly generation: Generation;
  readonly entries: readonly Entry[];
  readonly leftOut: PluginBatch['leftOut'] = NOTHING;
  readonly warnings: PluginBatch['warnings'] = NOTHING;
  readonly #recalling: Recalling;
  readonly #readSpecs: () => readonly string[];
  #plugin: RegisteredPlugin | null = null;
  #specs: readonly string[] | null = null;

  constructor(
    recalling: Recalling,
    registrations: readonly RecalledRegistration[],
    specs: () => readonly string[],
  ) {
    this.id = recalling.id;
    this.level = recalling.level;
    this.generation = recalling.generation;
    this.#recalling = recalling;
    this.#readSpecs = specs;
    const seen = new Map<string, number>();
    this.entries = registrations.map((each, at) => {
      const isRepeatable = recalling.definitions.get(each.kind)?.names === 'repeatable';
      const ordinal = isRepeatable ? countOf(seen, `${each.kind}:${foldName(each.name)}`) : 0;
      return new RecalledEntry(each, this, at, ordinal);
    });
  }

  get plugin(): RegisteredPlugin {
    this.#plugin ??= this.#recalling.ownerOf();
    return this.#plugin;
  }

  /** @throws AisopodError INTERNAL when the spec, which was legal before, is not */
  specOf({ kind, name, flags }: Entry, at: number): object {
    this.#specs ??= this.#readSpecs();
    const raw = { kind, name, flags, token: NO_TOKEN, spec: this.#specs[at] ?? '' };
    return readAgain(raw, this.#recalling.definitions, this.plugin);
  }
}

const NOTHING: readonly never[] = Object.freeze([]);

/** A registration whose spec is read when it is first needed, since most are not. */
class RecalledEntry implements Entry {
  readonly kind: RecalledRegistration['kind'];
  readonly name: string;
  readonly fullName: string;
  readonly aliases: readonly string[];
  readonly token = NO_TOKEN;
  readonly flags: number;
  readonly ordinal: number;
  readonly #batch: RecalledBatch;
  readonly #at: number;
  #spec: object | null = null;

  constructor(
    { kind, name, flags, aliases }: RecalledRegistration,
    batch: RecalledBatch,
    at: number,
    ordinal: number,
  ) {
    this.kind = kind;
    this.name = name;
    this.fullName = `${batch.id}:${name}`;
    this.aliases = aliases;
    this.flags = flags;
    this.ordinal = ordinal;
    this.#batch = batch;
    this.#at = at;
  }

  get plugin(): RegisteredPlugin {
    return this.#batch.plugin;
  }

  get generation(): Generation {
    return this.#batch.generation;
  }

  get spec(): object {
    this.#spec ??= this.#batch.specOf(this, this.#at);
    return this.#spec;
  }
}

/**
 * Makes a batch of what a plugin registered earlier, of which judgeBatch() had nothing to say.
 * @param specs JSON texts, in the order of `registrations`
 */
export function recallBatch(
  recalling: Recalling,
  registrations: readonly RecalledRegistration[],
  specs: () => readonly string[],
): PluginBatch {
  return new RecalledBatch(recalling, registrations, specs);
}

/** How often `key` has been counted before. */
function countOf(seen: Map<string, number>, key: string): number {
  const before = seen.get(key) ?? 0;
  seen.set(key, before + 1);
  return before;
}

/** @throws AisopodError INTERNAL when the spec, which was legal before, is not */
function readAgain(
  raw: RawRegistration,
  definitions: KindDefinitions,
  plugin: RegisteredPlugin,
): object {
  const { kind, name } = raw;
  const { spec, problems } = readSpec(definitions.get(kind) as KindDefinition, raw, plugin);
  const [problem] = problems;
  if (problem === undefined) return spec;
  throw new AisopodError(
    'INTERNAL',
    `The host accepted the ${kind} "${name}" of plugin ${plugin.id} before, and refuses it now: ` +
      `${problem.message}.`,
    { details: { plugin: plugin.id, kind, name } },
  );
}
