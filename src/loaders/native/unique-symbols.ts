import type { UniqueSymbol } from '../../binary/index.js';
import { AisopodError } from '../../errors/index.js';

/** A library whose unique symbols are in the process. */
interface Holder {
  /** How messages name it. */
  readonly what: string;
  readonly path: string;
}

interface Held extends UniqueSymbol {
  readonly by: Holder;
}

/** A plugin that is to be warned, as long as it lives. */
interface Listener {
  readonly path: string;
  readonly warned: WeakRef<Warned>;
}

/** What receives warnings about a plugin. */
export interface Warned {
  readonly warning: (warning: AisopodError) => void;
}

interface Open {
  /** By name: what the loader of the system gives to each library that defines that name. */
  readonly symbols: Map<string, Held>;
  /** By the path of a library. */
  readonly listeners: Map<string, Listener[]>;
  /** The same; what its objects are shared with. */
  readonly sharers: Map<string, Sharer>;
}

interface Sharer {
  readonly what: string;
  readonly names: readonly string[];
}

// One table for the process, in which two copies of this package may live.
const KEY = Symbol.for('aisopod.unique-symbols');
const shared = globalThis as { [KEY]?: Open };
shared[KEY] ??= { symbols: new Map(), listeners: new Map(), sharers: new Map() };
const open = shared[KEY];

/**
 * The loader of Linux keeps one object for each unique symbol, that of the library which it opened
 * first, with RTLD_LOCAL too. Where the second library takes it for a larger or smaller one, it
 * writes past its end or leaves a part of it as it was: that is refused here.
 * @param what how messages name the library that is to be opened
 * @throws AisopodError LIBRARY_CLASH
 */
export function refuseUniqueClash(what: string, symbols: readonly UniqueSymbol[]): void {
  for (const symbol of symbols) {
    const held = open.symbols.get(symbol.name);
    if (held === undefined || !clashes(symbol, held)) continue;
    const { name, size } = symbol;
    throw new AisopodError(
      'LIBRARY_CLASH',
      `${what} has the unique symbol ${name} with ${size} bytes, but ${held.by.what}, which is open ` +
        `in this process already, has it with ${held.size}, and both would use that one object. ` +
        'Build both with -fno-gnu-unique, as aisopod_add_plugin() does.',
      { details: { path: what, symbol: name, size, by: held.by.what, otherSize: held.size } },
    );
  }
}

/** Whether a library can't be opened along with others. @param others their symbols, by name */
export function hasUniqueClash(
  others: ReadonlyMap<string, UniqueSymbol>,
  symbols: readonly UniqueSymbol[],
): boolean {
  return symbols.some((symbol) => {
    const other = others.get(symbol.name);
    return other !== undefined && clashes(symbol, other);
  });
}

function clashes(a: UniqueSymbol, b: UniqueSymbol): boolean {
  return a.size !== b.size && (a.writable || b.writable);
}

/** To be called when a library has been opened. */
export function rememberUnique(path: string, what: string, symbols: readonly UniqueSymbol[]): void {
  const by = { what, path };
  for (const symbol of symbols) {
    if (!open.symbols.has(symbol.name)) open.symbols.set(symbol.name, { ...symbol, by });
  }
}

/**
 * Warns a plugin whose library shares unique symbols with one that was opened before it, and the
 * plugins of that one too; each once.
 *
 * @param path of the copy that is open
 * @param what how messages name the library
 */
export function warnOfSharing(
  path: string,
  what: string,
  symbols: readonly UniqueSymbol[],
  warned: Warned,
): void {
  if (symbols.length === 0) return;
  listen({ path, warned: new WeakRef(warned) });
  for (const [by, names] of holdersOf(what, symbols)) {
    open.sharers.set(path, { what: by.what, names });
    open.sharers.set(by.path, { what, names });
    warn(by.path, by.what);
  }
  warn(path, what);
}

/** The other libraries whose objects a library uses, and the names of these. */
function holdersOf(what: string, symbols: readonly UniqueSymbol[]): Map<Holder, string[]> {
  const holders = new Map<Holder, string[]>();
  for (const { name } of symbols) {
    const by = open.symbols.get(name)?.by;
    if (by === undefined || by.what === what) continue;
    const names = holders.get(by);
    if (names === undefined) holders.set(by, [name]);
    else names.push(name);
  }
  return holders;
}

function listen(listener: Listener): void {
  const all = open.listeners.get(listener.path) ?? [];
  const alive = all.filter(({ warned }) => warned.deref() !== undefined);
  open.listeners.set(listener.path, [...alive, listener]);
}

/** Warns the plugins of a library that shares something; once, so it does not list them further. */
function warn(path: string, what: string): void {
  const sharer = open.sharers.get(path);
  if (sharer === undefined) return;
  const all = open.listeners.get(path) ?? [];
  open.listeners.delete(path);
  for (const { warned } of all) warned.deref()?.warning(sharing(what, sharer));
}

function sharing(what: string, { what: other, names }: Sharer): AisopodError {
  const [symbol] = names;
  const more = names.length === 1 ? '' : ` and ${names.length - 1} more`;
  return new AisopodError(
    'LIBRARY_SHARED',
    `${what} and ${other} share the unique symbol ${symbol}${more} (STB_GNU_UNIQUE), so both use ` +
      'one object. Build both with -fno-gnu-unique, as aisopod_add_plugin() does.',
    { details: { path: what, by: other, symbols: names.slice(0, 100) } },
  );
}
