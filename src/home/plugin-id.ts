import { type Shape, value } from '../base/shape/index.js';

const PATTERN = /^[a-z0-9][a-z0-9._-]{0,63}$/;

// The source of the host's own events and messages, and of the hooks of the program that opened it.
const SOURCES: Readonly<Record<string, string>> = {
  host: 'the host itself is called so; take another',
  embedder: 'the program that opens a host is called so; take another',
};

// config.toml has keys of its own beside the ids, under [plugins] and [plugins.settings].
const RESERVED: ReadonlySet<string> = new Set([
  ...Object.keys(SOURCES),
  'registry',
  'settings',
  'paths',
  'strict',
  'features',
  'limits',
]);

/** Whether `id` may name a plugin: also what keeps `../x` from ever becoming part of a path. */
export function isPluginId(id: string): boolean {
  return PATTERN.test(id) && !RESERVED.has(id);
}

/** An id of a plugin: lower case, so that folders differ on every file system. */
export const pluginId: Shape<string> = value({
  expected: 'an id of 1 to 64 characters a-z 0-9 . _ - that starts with a letter or digit',
  schema: { type: 'string', pattern: PATTERN.source, not: { enum: [...RESERVED] } },
  convert: (found) => (typeof found === 'string' && isPluginId(found) ? found : undefined),
  hint: (found) => {
    if (typeof found !== 'string') return null;
    if (Object.hasOwn(SOURCES, found)) return SOURCES[found] ?? null;
    if (RESERVED.has(found)) return 'config.toml uses this word itself; take another';
    const lower = found.toLowerCase();
    return isPluginId(lower) ? `write "${lower}"` : null;
  },
});
