import { MessageType } from '../../../abi/messages.js';
import type { AisopodError } from '../../../base/errors/index.js';
import type { UniqueSymbol } from '../../../packages/binary/index.js';
import { bridge, connect, disconnect } from '../process/bridge.js';
import { type OwnState, ownState } from '../process/process-changes.js';
import type { FoundLibrary } from './open-error.js';
import { OpenOutcome, type Outcome, outcomeError } from './open-outcome.js';
import { setUpOpener } from './set-up-opener.js';
import { sharingWarning } from './unique-symbols.js';
import { earlyLoads } from './with-loader.js';

/** A library that stays open until the process ends. */
export interface OpenedLibrary {
  /** How messages name it. */
  readonly what: string;
  /**
   * The address of a copy of the descriptor that its entry function returned, which is kept for good;
   * null: it does not serve that id.
   */
  readonly descriptor: bigint | null;
}

/** A library that a plugin brings along for its own use. */
export interface Sibling {
  /** The name under which the loader of the operating system knows it. */
  readonly name: string;
  readonly sha256: string;
  /** Of its copy, absolute. */
  readonly path: string;
}

/** What receives warnings about a plugin. */
export interface Warned {
  readonly warning: (warning: AisopodError) => void;
}

export interface OpenOptions {
  /** Milliseconds that its constructors and its entry function may take together; more than 0. */
  readonly limitMs: number;
  /** The id in the manifest: one library may serve several. */
  readonly pluginId: string;
  /** The folder of the manifest. */
  readonly pluginDir: string;
  /** The library that `path` is a copy of, which messages name; default: `path`. */
  readonly original?: string | undefined;
  /** The libraries that were copied with it. */
  readonly siblings?: readonly Sibling[] | undefined;
  /** What it and these share with other libraries of the process. */
  readonly unique?: readonly UniqueSymbol[] | undefined;
  /** It takes the place of an open library: it is refused if it would share anything with one. */
  readonly apart?: boolean | undefined;
  /** Looks for a needed library that the loader did not find. */
  readonly find?: ((missing: string) => FoundLibrary | null) | undefined;
  /** The process has changed while its code ran; as changeWarning() takes it. */
  readonly onChange?:
    | ((ran: string, before: string, after: string, own: OwnState) => void)
    | undefined;
  /** Is warned of unique symbols that the library shares with another, now or later; held weakly. */
  readonly events?: Warned | undefined;
}

const NONE: readonly never[] = Object.freeze([]);

/** Ends what a library reports later, once the plugin has gone that it was opened for. */
const plugins = new FinalizationRegistry<number>((opening) => {
  disconnect(opening);
  bridge().forgetLibrary(opening);
});

/**
 * Opens a library and calls its entry function. Both run code of the library, on a thread of the addon;
 * the event loop goes on, and stays alive. One library is opened at a time in a process, in the order
 * of the calls. What was opened is never closed, since a thread of the plugin may run in it.
 *
 * @param path absolute path of a private copy, which does not change
 * @throws AisopodError LIBRARY_DEPENDENCY, LIBRARY_CLASH, RELOAD_UNSUPPORTED, LIBRARY_OPEN,
 *   LIBRARY_NO_ENTRY, LIBRARY_SLOW, LOADER_STUCK, ENTRY_FAILED, NO_RESOURCES, ADDON_MISSING
 */
export function openLibrary(path: string, options: OpenOptions): Promise<OpenedLibrary> {
  const loads = earlyLoads();
  if (loads !== null) return loads.then(() => openNow(path, options));
  return openNow(path, options);
}

function openNow(path: string, options: OpenOptions): Promise<OpenedLibrary> {
  const { original: what = path, limitMs, pluginId, pluginDir, onChange, events, find } = options;
  const { siblings = NONE, unique = NONE, apart = false } = options;
  return new Promise((resolve, reject) => {
    const addon = setUpOpener();
    const own = ownState();
    // Without such symbols nothing is reported later.
    const warned = events !== undefined && unique.length > 0 ? new WeakRef(events) : undefined;
    const opening = addon.openLibrary(
      path,
      what,
      pluginId,
      pluginDir,
      limitMs,
      siblings,
      unique,
      apart,
    );
    const ended = (end: Outcome) => {
      const open = end.outcome === OpenOutcome.opened;
      if (open && events !== undefined && warned !== undefined) plugins.register(events, opening);
      else disconnect(opening);
      if (open) resolve({ what, descriptor: end.text === '' ? null : BigInt(end.text) });
      else reject(outcomeError({ what, path, limitMs, apart, find }, end));
    };
    connect(opening, {
      // What the fields are: MessageFields.
      receive: (type, f0, f1, f2, f3, f4, _f5, _f6) => {
        if (type === MessageType.opened) {
          ended({ outcome: f0, text: f1, by: f2, size: f3, otherSize: f4 });
        } else if (type === MessageType.process) onChange?.(f0, f1, f2, own);
        else if (type === MessageType.shared) warned?.deref()?.warning(sharingWarning(f0, f1, f2));
      },
    });
  });
}
