/** What a generator function returns; an array or a text is a value like any other. */
export function isStream(value: unknown): value is Iterable<unknown> | AsyncIterable<unknown> {
  if (typeof value !== 'object' || value === null) return false;
  return Symbol.asyncIterator in value || (Symbol.iterator in value && 'next' in value);
}

/**
 * Sends the values of a stream, one after the other; the next is asked for when one was sent.
 * @param send answers false when nobody wants more
 * @returns what the stream returns
 */
export async function sendAll(
  stream: Iterable<unknown> | AsyncIterable<unknown>,
  send: (value: unknown) => Promise<boolean>,
): Promise<unknown> {
  const iterator =
    Symbol.asyncIterator in stream ? stream[Symbol.asyncIterator]() : stream[Symbol.iterator]();
  for (;;) {
    const next = await iterator.next();
    if (next.done === true) return next.value;
    let wanted = false;
    try {
      wanted = await send(next.value);
    } finally {
      if (!wanted) await iterator.return?.();
    }
    if (!wanted) return undefined;
  }
}
