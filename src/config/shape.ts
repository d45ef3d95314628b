import { isTable, type JsonObject } from '../base/json/index.js';
import {
  dictionary,
  flag,
  keyed,
  list,
  oneOf,
  optional,
  type Read,
  type Shape,
  section,
  table,
  text,
} from '../base/shape/index.js';
import { toJson } from '../base/toml/index.js';
import { pluginId } from '../home/plugin-id.js';
import { ISOLATION_LEVELS, permissions, versionRange } from '../packages/manifest/index.js';
import { limits } from './limit-shape.js';

// config.toml as data: every key, what it must look like, and what it is when it is absent.

const NONE: readonly string[] = Object.freeze([]);

const directory = text('the path of a directory', /^\P{Cc}+$/u, 4096);
const feature = text('a name of letters a-z, digits and . _ -', /^[a-z0-9][a-z0-9._-]{0,63}$/);
const address = text(
  'an address such as "https://example.com"',
  /^(?:https?|oci):\/\/[^\s\p{Cc}]+$/u,
);

/** What a plugin is configured with: any table that JSON can hold. */
export const pluginTable: Shape<JsonObject> = {
  expected: 'a table',
  schema: { type: 'object' },
  read(value, place, findings) {
    if (isTable(value)) return toJson(value, place, findings) as JsonObject;
    findings.error(place, value, 'a table');
    return undefined;
  },
};

/** What a plugin may be let to change of the process. */
const ACCEPTED = ['signals'] as const;
export type Accepted = (typeof ACCEPTED)[number];
const NOTHING_ACCEPTED: readonly Accepted[] = Object.freeze([]);

/** `[plugins.settings.<id>]`: what the host decides about one plugin. */
const pluginSettings = table({
  enabled: optional(flag, true),
  /** A pin. */
  version: optional(versionRange, null),
  isolation: optional(oneOf(ISOLATION_LEVELS), null),
  /** What is granted ahead; null: nothing is said. */
  permissions: optional(permissions, null),
  limits: section(limits),
  /** Which changes of the process are let pass without a warning. */
  accept: optional(list(oneOf(ACCEPTED)), NOTHING_ACCEPTED),
});
export type PluginSettings = Read<typeof pluginSettings>;

/** The settings of a plugin that config.toml does not mention. */
export const NO_SETTINGS: PluginSettings = section(pluginSettings).fallback;

const settings = keyed(
  {
    paths: optional(list(directory), NONE),
    strict: optional(flag, false),
    features: optional(list(feature), NONE),
    limits: section(limits),
  },
  pluginId,
  pluginSettings,
);

const plugins = keyed(
  {
    settings: section(settings),
    registry: section(table({ url: optional(address, null) })),
  },
  pluginId,
  pluginTable,
);

/** How far a plugin is trusted, from least to most. */
export const TRUST_LEVELS = ['untrusted', 'semi-trusted', 'trusted'] as const;
export type TrustLevel = (typeof TRUST_LEVELS)[number];

/** `config.toml`. */
export const configShape = table({
  plugins: section(plugins),
  trust: section(dictionary(pluginId, oneOf(TRUST_LEVELS), 'a table of ids and levels')),
});
export type ConfigTable = Read<typeof configShape>;
