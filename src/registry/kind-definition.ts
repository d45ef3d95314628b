import type { Kind } from '../abi/index.js';
import type { JsonObject } from '../base/json/index.js';
import type { Loose, Shape } from '../base/shape/index.js';
import type { RegisteredPlugin, SpecProblem } from './entry.js';

/** How the names of a kind are judged and found. */
export interface NameRule {
  /**
   * unique: a plugin registers a name once, and the name finds it. repeatable: several times, and none is
   * found by name. single: a plugin registers one in all, whatever its name, and the plugin finds it.
   */
  readonly names: 'unique' | 'repeatable' | 'single';
  /** Whether case counts when a name is looked up; it doesn't where people type the names. */
  readonly caseCounts: boolean;
}

/** The name rules of all kinds that a host serves. */
export type NamePolicy = ReadonlyMap<Kind, NameRule>;

/** What check() of a kind knows besides the spec. */
export interface SpecContext {
  /** The name of the registration. */
  readonly name: string;
  readonly plugin: RegisteredPlugin;
  /**
   * Refuses the spec.
   * @param path JSON pointer into the spec; `` is the whole, or the name
   * @param message a sentence part that says what is wrong
   */
  refuse(path: string, message: string, more?: Partial<SpecProblem>): void;
  /**
   * Warns of what is odd about the spec without being wrong.
   * @param path JSON pointer into the spec
   * @param message a sentence part that says what is odd
   */
  warn(path: string, message: string): void;
}

/** What register() of a plugin in TypeScript calls for a kind, and with what. */
export interface Registrar {
  /** The member of PluginApi, such as `registerTool`. */
  readonly member: `register${string}`;
  /** Makes the spec and the methods of the ABI of what the plugin gave; refuses nothing. */
  adapt?(spec: object, code: unknown): { readonly spec: object; readonly code: unknown };
}

/**
 * A kind of registration, as data. `S` is what its specs are judged to be, and `T` what their shape reads.
 */
export interface KindDefinition<S extends object = object, T = unknown> extends NameRule {
  readonly kind: Kind;
  /** The methods that the handler answers; the first of them is "invoke" where a kind has one function. */
  readonly methods: readonly string[];
  /** null: plugins in TypeScript have another way. */
  readonly registrar: Registrar | null;
  /** Reads a spec, says what is wrong with it, and gives its published schema. */
  readonly spec: Shape<T>;
  /** Rules of check() that a JSON Schema can state, for the published one. */
  readonly rules?: JsonObject;
  /**
   * Judges what no key says by itself, and makes the spec that the host works with. Without it, that is
   * what the shape has read.
   * @param read what had a fault, and what the spec leaves out, is undefined
   * @returns frozen; never used when something was refused
   */
  check?(read: Loose<T>, context: SpecContext): Loose<S>;
  /**
   * Whether check() has read a file, so that it may say something else the next time. Absent: it never does.
   */
  readsFile?(spec: Loose<S>): boolean;
  /** Further names that mean the registration; legal ones. */
  aliasesOf?(spec: Loose<S>): readonly string[] | undefined;
}

/** The kinds that a host serves, in the order of messages that list them. */
export type KindDefinitions = ReadonlyMap<Kind, KindDefinition>;
