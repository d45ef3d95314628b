import type { Capability } from '../../abi/index.js';
import type { JsonObject } from '../../base/json/index.js';
import type { Permissions } from './permissions.js';
import type { PlatformName } from './platform.js';
import type { AbiVersion } from './version.js';

/** Which way leads to the plugin's code. */
export type LoaderName = 'native' | 'process' | 'wasm' | 'builtin';

/** From weakest to strongest, as far as they can be compared. */
export type IsolationLevel = 'none' | 'process' | 'sandbox' | 'wasm' | 'container';

/** One file, or one for each platform. */
export type Entry = string | Readonly<Record<PlatformName, string>>;

/** `[config]`: what the plugin can be told. */
export interface ConfigSchema {
  /** The file beside the manifest that it was read from; null when it stands in the manifest. */
  readonly file: string | null;
  readonly schema: Readonly<JsonObject>;
  /** The configuration when nothing is configured. */
  readonly defaults: Readonly<JsonObject>;
  /** JSON pointers to the values that must not be shown. */
  readonly secrets: readonly string[];
}

/**
 * A manifest without faults, every default filled in. Frozen throughout, so it can be handed to
 * anyone.
 */
export interface PluginManifest {
  /** Absolute path of the manifest. */
  readonly file: string;
  /** Absolute path of the plugin's folder, which is the one that the manifest lies in. */
  readonly dir: string;
  readonly plugin: {
    readonly id: string;
    readonly version: string;
    readonly entry: Entry;
    /** The id when the manifest gives none. */
    readonly name: string;
    readonly description: string | null;
    readonly author: string | null;
    readonly license: string | null;
    readonly homepage: string | null;
    readonly repository: string | null;
    readonly keywords: readonly string[];
  };
  /** Names that the plugin says it will register. */
  readonly capabilities: Readonly<Record<Capability, readonly string[]>>;
  readonly compatibility: {
    /** host, min_host_version and max_host_version in one range of npm's notation. */
    readonly host: string;
    /** null: the library itself says it. */
    readonly abi: AbiVersion | null;
    /** Empty: all. */
    readonly platforms: readonly PlatformName[];
    /** Features that the host must have. */
    readonly features: readonly string[];
  };
  readonly runtime: {
    readonly loader: LoaderName;
    /** The program to start, for the process loader; null: the entry itself. */
    readonly command: string | null;
    readonly args: readonly string[];
    readonly protocol: 'stdio';
    /** The least isolation that the plugin is to have: a floor, never a ceiling. */
    readonly isolation: IsolationLevel;
    readonly activation: 'startup' | 'on-demand';
    readonly instance: 'shared' | 'per-tenant';
    /** Whether it makes code at run time. */
    readonly jit: boolean;
  };
  /** By id. Without prototype, since any id is a legal key. */
  readonly dependencies: Readonly<Record<string, Dependency>>;
  readonly permissions: Permissions;
  /** null: the plugin says nothing about its configuration. */
  readonly config: ConfigSchema | null;
}

export interface Dependency {
  /** A range of versions in npm's notation. */
  readonly range: string;
  /** Whether the plugin also works without it. */
  readonly optional: boolean;
  /** Whether this plugin is reloaded after it. */
  readonly reload: boolean;
}
