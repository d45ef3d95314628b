import type { PendingCall } from '../../../instance/index.js';

type Call = PendingCall<unknown>;

/** A power of 2. */
const PLACES = 256;

/**
 * The calls of an instance that have not ended, by their tokens. Tokens rise by little from call to
 * call, so most have a place in a ring to themselves, which costs a fraction of what a Map does; one
 * whose place is taken is in a Map.
 */
export class CallTable {
  #size = 0;
  /** Made for the first call. */
  #ring: (Call | undefined)[] | undefined;
  /** Made for the first call whose place is taken. */
  #others: Map<number, Call> | undefined;

  get size(): number {
    return this.#size;
  }

  /** @param call whose token is in no call of the table */
  insert(call: Call): void {
    this.#ring ??= new Array<Call | undefined>(PLACES).fill(undefined);
    const place = call.token & (PLACES - 1);
    if (this.#ring[place] === undefined) this.#ring[place] = call;
    else {
      this.#others ??= new Map();
      this.#others.set(call.token, call);
    }
    this.#size += 1;
  }

  get(token: number): Call | undefined {
    const call = this.#ring?.[token & (PLACES - 1)];
    return call?.token === token ? call : this.#others?.get(token);
  }

  /** @returns what was removed; undefined: the token is in no call of the table */
  remove(token: number): Call | undefined {
    const place = token & (PLACES - 1);
    const call = this.#ring?.[place];
    if (this.#ring !== undefined && call?.token === token) {
      this.#ring[place] = undefined;
      this.#size -= 1;
      return call;
    }
    const other = this.#others?.get(token);
    if (other === undefined) return undefined;
    this.#others?.delete(token);
    this.#size -= 1;
    return other;
  }
}
