import { sep } from 'node:path';
import type { JsonObject } from '../base/json/index.js';
import type { KeyPath } from '../base/shape/index.js';
import type { Home } from '../home/paths/index.js';

/** Where a value of a plugin's configuration can stand, from low to high. */
export type LayerName = 'default' | 'config.toml' | 'plugin file' | 'override';

/** What one place says about the configuration of a plugin. */
export interface Layer {
  readonly name: Exclude<LayerName, 'default'>;
  /** The file; null for what the embedder gave. */
  readonly file: string | null;
  /** What the file holds, for positions. */
  readonly text: string;
  /** Where in the file the configuration begins. */
  readonly root: KeyPath;
  readonly value: JsonObject;
}

/** The file of the home that holds the configuration of one plugin and nothing else. */
export function pluginFile(home: Home, id: string): string {
  return `${home.plugins}${sep}${id}.toml`;
}

/** The value at a path, with own properties only; undefined when there is none. */
export function valueAt(value: unknown, path: KeyPath): unknown {
  let here = value;
  for (const key of path) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, key)) return undefined;
    here = (here as Record<string | number, unknown>)[key];
  }
  return here;
}

/**
 * The layer that a value comes from: the highest that says anything at that place.
 * @returns null when it is a default, or not there
 */
export function layerOf(layers: readonly Layer[], path: KeyPath): Layer | null {
  return layers.findLast(({ value }) => valueAt(value, path) !== undefined) ?? null;
}
