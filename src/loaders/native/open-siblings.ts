import { AisopodError } from '../../errors/index.js';

/** A library that a plugin brings along for its own use. */
export interface Sibling {
  /** The name under which the loader of the operating system knows it. */
  readonly name: string;
  readonly sha256: string;
}

// One table for the process, in which two copies of this package may live.
const KEY = Symbol.for('aisopod.open-siblings');
type Open = Map<string, { sha256: string; by: string }>;
const shared = globalThis as { [KEY]?: Open };
shared[KEY] ??= new Map();
const open = shared[KEY];

/**
 * The loader knows needed libraries by name and never opens a second one of the same name, wherever
 * it lies: two plugins, or two generations of one, that bring different libraries of one name would
 * both run the code of the first. That is refused here.
 * @throws AisopodError LIBRARY_CLASH
 */
export function refuseClash(what: string, siblings: readonly Sibling[]): void {
  for (const { name, sha256 } of siblings) {
    const held = open.get(name);
    if (held === undefined || held.sha256 === sha256) continue;
    throw new AisopodError(
      'LIBRARY_CLASH',
      `${what} brings a library ${name}, but another ${name} is open in this process already, ` +
        `brought by ${held.by}, and would be used instead. Link it statically, give it a name of ` +
        'its own (-Wl,-soname), or, if this is a new version of the same plugin, start again.',
      { details: { path: what, library: name, by: held.by } },
    );
  }
}

/** To be called when a library has been opened with these beside it. */
export function rememberSiblings(what: string, siblings: readonly Sibling[]): void {
  for (const { name, sha256 } of siblings) open.set(name, { sha256, by: what });
}
