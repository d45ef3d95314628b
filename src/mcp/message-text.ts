/** Bytes of one message: twice what a plugin takes by default, since JSON in JSON is longer. */
export const MESSAGE_BYTES = 32 * 1024 * 1024;

const decoder = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads the JSON of a message; undefined: the text is blank.
 * @throws Error that says what is wrong
 */
export function readMessage(bytes: Uint8Array): unknown {
  const text = decoder.decode(bytes).trim();
  return text === '' ? undefined : JSON.parse(text);
}

/** The text of a message, as a line. */
export function messageLine(message: object): string {
  return `${JSON.stringify(message)}\n`;
}
