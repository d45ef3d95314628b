import type { ServerContext } from '@modelcontextprotocol/server';
import type { OnProgress } from '../instance/index.js';

/** By how much a report without a larger fraction advances: the protocol asks for a number that only grows. */
const STEP = 1e-6;

/**
 * Returns what takes the progress of a call to the client, or undefined if the client did not ask for it. Until
 * the plugin says how far it is, its reports are counted; what it says then is a part of one more.
 */
export function progressSender({ mcpReq }: ServerContext): OnProgress | undefined {
  const progressToken = mcpReq._meta?.progressToken;
  if (progressToken === undefined) return undefined;
  const numbers = new ProgressNumbers();
  return (fraction, note) => {
    const message = note === null ? {} : { message: note };
    const params = { progressToken, ...numbers.next(fraction), ...message };
    mcpReq.notify({ method: 'notifications/progress', params }).catch(() => {});
  };
}

/** The numbers of the reports of one call. */
export class ProgressNumbers {
  /** Reports before the first fraction. */
  #counted = 0;
  #last = -1;
  #hasFraction = false;

  /** @param fraction 0 to 1, or null when the plugin does not know */
  next(fraction: number | null): { readonly progress: number; readonly total?: number } {
    if (fraction === null && !this.#hasFraction) {
      this.#counted += 1;
      this.#last = this.#counted;
      return { progress: this.#counted };
    }
    this.#hasFraction = true;
    const reached = this.#counted + (fraction ?? 0);
    this.#last = reached > this.#last ? reached : this.#last + STEP;
    return { progress: this.#last, total: this.#counted + 1 };
  }
}
