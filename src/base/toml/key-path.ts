import type { KeyPath } from '../shape/index.js';
import { show } from '../text/index.js';

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
