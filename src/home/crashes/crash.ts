/** What the host had begun with a plugin: opening its library, or one of its functions. */
export type StartStep = 'open' | 'create' | 'register' | 'init';

/** How a child process ended: by a signal, by exit(), or killed because it reported nothing for too long. */
export type ProcessEnd =
  | { readonly signal: string }
  | { readonly code: number }
  | { readonly silentMs: number };

/** A plugin that ended the child process in which it was tried. */
export interface Crash {
  /** The digest of the library and all that was copied with it; the host tries any other one again. */
  readonly sha256: string;
  readonly step: StartStep;
  readonly end: ProcessEnd;
  /** Milliseconds since the epoch. */
  readonly at: number;
}
