import { isTable, type JsonObject } from '../base/json/index.js';
import type { KeyPath } from '../base/shape/index.js';
import { formatKeyPath, locate } from '../base/toml/index.js';
import { type Layer, type LayerName, layerOf, valueAt } from './layers.js';
import { within } from './take-secrets.js';

/** Where one place of a configuration gets what it has. */
export interface ConfigOrigin {
  readonly source: LayerName;
  /** null for a default, and for what the embedder gave. */
  readonly file: string | null;
  /** 1-based; null without a file. */
  readonly line: number | null;
}

/** One value of a plugin's configuration, and where it comes from. Secrets are never shown. */
export interface ConfigEntry extends ConfigOrigin {
  /** As one writes it: `server.port`. */
  readonly key: string;
  /** What counts; of a secret, `[secret]`, or with the place where it is kept. */
  readonly value: unknown;
  readonly secret: boolean;
  /** Lower places that say something too, and don't count; from high to low. */
  readonly shadows: readonly ConfigOrigin[];
}

/** What explaining a configuration is done with. */
export interface Explained {
  readonly defaults: Readonly<JsonObject>;
  /** From low to high. */
  readonly layers: readonly Layer[];
  /** The defaults under all layers, as they may be shown. */
  readonly value: JsonObject;
  /** Where secrets stand. */
  readonly secrets: readonly KeyPath[];
}

/** Every value that counts, table by table; a list is one value. */
export function explain(config: Explained): ConfigEntry[] {
  const { value, secrets } = config;
  return [...leaves(value, [])].map((path) => ({
    key: formatKeyPath(path),
    value: valueAt(value, path),
    secret: secrets.some((secret) => within(secret, path) || within(path, secret)),
    ...originsOf(path, config),
  }));
}

function* leaves(value: unknown, path: KeyPath): Generator<KeyPath> {
  if (!isTable(value) || (path.length > 0 && Object.keys(value).length === 0)) {
    yield path;
    return;
  }
  for (const [key, member] of Object.entries(value)) yield* leaves(member, [...path, key]);
}

function originsOf(path: KeyPath, { layers, defaults }: Explained) {
  const origins: ConfigOrigin[] = [];
  for (const layer of layers.toReversed()) {
    if (layerOf([layer], path) !== null) origins.push(originIn(layer, path));
  }
  if (valueAt(defaults, path) !== undefined || origins.length === 0) {
    origins.push({ source: 'default', file: null, line: null });
  }
  const [counts, ...shadows] = origins as [ConfigOrigin, ...ConfigOrigin[]];
  return { ...counts, shadows };
}

function originIn({ name, file, text, root }: Layer, path: KeyPath): ConfigOrigin {
  const line = file === null ? null : (locate(text, [[...root, ...path]])[0]?.line ?? null);
  return { source: name, file, line };
}
