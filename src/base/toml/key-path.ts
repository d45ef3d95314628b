import { show } from '../text/index.js';

/** Where a value stands in a document: keys of tables, indexes of arrays. */
export type KeyPath = readonly (string | number)[];

/** A place in a document as a linked list: cheap to extend for each value of a walk. */
export interface Place {
  readonly parent: Place | null;
  readonly key: string | number;
}

/** The place `key` under `parent` (null: the document itself). */
export function under(parent: Place | null, key: string | number): Place {
  return { parent, key };
}

/** The linked list as a path, outermost key first. */
export function keyPath(place: Place | null): KeyPath {
  const path: (string | number)[] = [];
  for (let p = place; p; p = p.parent) path.push(p.key);
  return path.reverse();
}

/** `plugin.entry`, `capabilities.tools[0]`, `dependencies."a.b"`: as one would write it in TOML, long keys cut. */
export function formatKeyPath(path: KeyPath): string {
  let text = '';
  for (const key of path) {
    if (typeof key === 'number') text += `[${key}]`;
    else text += (text && '.') + (/^[A-Za-z0-9_-]{1,80}$/.test(key) ? key : show(key));
  }
  return text;
}

const KEY = /\s*(?:([A-Za-z0-9_-]+)|'([^'\n]*)'|("(?:\\.|[^"\\\n])*"))\s*(?:(\.)|$)/y;

/**
 * A dotted key as one would write it in TOML: `server.port`, `hosts."a.b"`.
 * @returns null when it is none
 */
export function parseKeyPath(text: string): readonly string[] | null {
  const path: string[] = [];
  for (let at = 0, more = true; more; ) {
    KEY.lastIndex = at;
    const found = KEY.exec(text);
    if (found === null) return null;
    const [all, bare, literal, quoted, dot] = found;
    try {
      path.push(bare ?? literal ?? (JSON.parse(quoted as string) as string));
    } catch {
      return null;
    }
    at += all.length;
    more = dot !== undefined;
    if (!more && at < text.length) return null;
  }
  return path;
}
