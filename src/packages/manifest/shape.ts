import { CAPABILITIES, type Capability } from '../../abi/index.js';
import {
  dictionary,
  either,
  flag,
  list,
  oneOf,
  optional,
  type Read,
  required,
  type Shape,
  section,
  table,
  text,
  value,
} from '../../base/shape/index.js';
import { pluginId } from '../../home/plugin-id.js';
import { configTable } from './config-table.js';
import { entryFile } from './entry-file.js';
import { permissions } from './permissions.js';
import { platformName } from './platform.js';
import type { IsolationLevel, LoaderName } from './plugin-manifest.js';
import { abiVersion, version, versionRange } from './version.js';

// The manifest as data: every key, what it must look like, and what it is when it is absent.

const NONE: readonly string[] = Object.freeze([]);
const ANY: readonly never[] = Object.freeze([]);

const line = text('a line of text, at most 256 characters', /^[^\p{Cc}]+$/u);
const prose = text('a text, at most 4096 characters', /^(?:[^\p{Cc}]|[\n\r\t])*$/u, 4096);
const name = text('a name without spaces, at most 128 characters', /^[^\s\p{Cc}]+$/u, 128);
const word = text('a name of letters a-z, digits and . _ -', /^[a-z0-9][a-z0-9._-]{0,63}$/);

function url(expected: string, schemes: RegExp): Shape<string> {
  return value({
    expected,
    schema: { type: 'string', pattern: schemes.source, maxLength: 2048 },
    convert: (found) =>
      typeof found === 'string' &&
      found.length <= 2048 &&
      schemes.test(found) &&
      !/\s|\p{Cc}/u.test(found) &&
      URL.canParse(found)
        ? found
        : undefined,
  });
}

const entry = either(
  entryFile,
  dictionary(platformName, entryFile, 'a table of one file per platform'),
);

const plugin = table(
  {
    id: required(pluginId),
    version: required(version),
    entry: optional(entry, null),
    entry_point: optional(entry, null),
    main: optional(entry, null),
    name: optional(line, null),
    description: optional(prose, null),
    author: optional(line, null),
    license: optional(line, null),
    homepage: optional(url('an address such as "https://example.com"', /^https?:\/\//), null),
    repository: optional(
      url('an address such as "https://github.com/me/it"', /^(?:https?|git|ssh|git\+\w+):\/\//),
      null,
    ),
    keywords: optional(list(line), NONE),
  },
  'a table that says who the plugin is',
);

const names = optional(list(name), NONE);
const capabilities = table(
  Object.fromEntries(CAPABILITIES.map((key) => [key, names])) as Record<Capability, typeof names>,
  'a table of what the plugin provides',
);

const compatibility = table(
  {
    host: optional(versionRange, null),
    min_host_version: optional(version, null),
    max_host_version: optional(version, null),
    abi: optional(abiVersion, null),
    platforms: optional(list(platformName, { least: 1 }), ANY),
    features: optional(list(word), NONE),
  },
  'a table of what the plugin fits',
);

export const LOADERS = [
  'native',
  'process',
  'wasm',
  'builtin',
] as const satisfies readonly LoaderName[];
export const ISOLATION_LEVELS = [
  'none',
  'process',
  'sandbox',
  'wasm',
  'container',
] as const satisfies readonly IsolationLevel[];

const argument = text('an argument without control characters', /^[^\p{Cc}]*$/u, 4096);
const runtime = table(
  {
    loader: optional(oneOf(LOADERS), null),
    command: optional(line, null),
    args: optional(list(argument), NONE),
    protocol: optional(oneOf(['stdio']), null),
    isolation: optional(oneOf(ISOLATION_LEVELS), 'none'),
    activation: optional(oneOf(['startup', 'on-demand']), 'on-demand'),
    instance: optional(oneOf(['shared', 'per-tenant']), 'shared'),
    jit: optional(flag, false),
  },
  'a table that says how the plugin is run',
);

const dependency = either(
  versionRange,
  table(
    {
      version: required(versionRange),
      optional: optional(flag, false),
      reload: optional(flag, false),
    },
    'a table of version, optional and reload',
  ),
);

const sections = {
  capabilities: section(capabilities),
  compatibility: section(compatibility),
  runtime: section(runtime),
  permissions: section(permissions),
};

/** What the sections read as in a manifest that leaves them out. */
export const SECTION_DEFAULTS = {
  capabilities: sections.capabilities.fallback,
  compatibility: sections.compatibility.fallback,
  runtime: sections.runtime.fallback,
  permissions: sections.permissions.fallback,
};

/** `aisopod.plugin.toml`. */
export const manifestShape = table(
  {
    plugin: required(plugin),
    capabilities: sections.capabilities,
    compatibility: sections.compatibility,
    runtime: sections.runtime,
    dependencies: section(dictionary(pluginId, dependency, 'a table of ids and ranges')),
    permissions: sections.permissions,
    config: optional(configTable, null),
  },
  'the manifest of an aisopod plugin',
);

/** What stands in a manifest, key by key, before the rules that join several keys. */
export type ManifestTable = Read<typeof manifestShape>;
