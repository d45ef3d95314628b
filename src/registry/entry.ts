import type { Kind } from '../abi/index.js';
import type { Generation } from '../instance/index.js';

/** How far a plugin is trusted; decides which limits what it registers is held to. */
export type Trust = 'untrusted' | 'semi-trusted' | 'trusted';

/** What the registry knows about a plugin: who it is, and its place among the others. */
export interface RegisteredPlugin {
  readonly id: string;
  readonly version: string;
  /** Display name. */
  readonly name: string;
  readonly description?: string | undefined;
  readonly author?: string | undefined;
  readonly keywords?: readonly string[] | undefined;
  /** Path of its folder; absent: it is code of this program. */
  readonly folder?: string | undefined;
  readonly trust: Trust;
  /** Dependency level, 0 for a plugin that needs none: an earlier one owns a short name. */
  readonly level: number;
}

/** One registration that was judged and found legal. */
export interface Entry {
  readonly kind: Kind;
  readonly plugin: RegisteredPlugin;
  /** The run of the plugin that registered it: its calls go there. */
  readonly generation: Generation;
  readonly name: string;
  /** `plugin-id:name`. */
  readonly fullName: string;
  /** Further names that mean it; each has its full form, and a short one that may be owned. */
  readonly aliases: readonly string[];
  /** 0, or the position among equal names of a plugin where the kind allows them. */
  readonly ordinal: number;
  /** The token that PluginInstance.invoke() takes. */
  readonly token: number;
  /** RegistrationFlag bits. */
  readonly flags: number;
  /** What the definition of the kind made of the spec; frozen. */
  readonly spec: object;
}

/** One registration that is not there, since the host cannot use a schema of it. */
export interface LeftOut {
  readonly kind: Kind;
  readonly name: string;
  /** `plugin-id:name`. */
  readonly fullName: string;
  readonly warning: RegistryWarning;
}

/** All that one generation of a plugin registered, ready to be applied. */
export interface PluginBatch {
  /** Of the plugin, as its `level`; all of `plugin` may be made when it is first asked for. */
  readonly id: string;
  readonly level: number;
  readonly plugin: RegisteredPlugin;
  readonly generation: Generation;
  readonly entries: readonly Entry[];
  /** Registrations with a schema that the host cannot use, in their order. */
  readonly leftOut: readonly LeftOut[];
  /** What is odd about the specs without being wrong, and the warnings of what was left out. */
  readonly warnings: readonly RegistryWarning[];
}

/** Something that the user should know and that stops nothing. */
export interface RegistryWarning {
  readonly code: 'NAME_TAKEN' | 'REGISTRATION_INVALID' | 'SCHEMA_INVALID';
  /** The plugin that the warning is about. */
  readonly plugin: string;
  readonly kind: Kind;
  readonly name: string;
  readonly message: string;
  readonly details?: unknown;
}

/** What is wrong with a spec, and where. */
export interface SpecProblem {
  readonly code: 'REGISTRATION_INVALID' | 'SCHEMA_INVALID';
  /** JSON pointer into the spec; `` is the whole. */
  readonly path: string;
  readonly message: string;
  readonly expected?: string;
  readonly found?: unknown;
}
