/** Levels of arrays and objects that JSON may have, everywhere; as kJsonDepth of the core. */
export const JSON_DEPTH = 512;

/** Levels that a spec may have; as kSpecDepth of the core. */
export const SPEC_DEPTH = 128;

/** Whether a JSON text could begin more than `limit` arrays and objects. */
export function hasMoreBrackets(text: string, limit: number): boolean {
  let left = limit;
  if (text.length <= 2 * limit) return false; // each has another one that closes it
  for (const bracket of ['{', '[']) {
    for (let at = text.indexOf(bracket); at >= 0; at = text.indexOf(bracket, at + 1)) {
      if (left-- === 0) return true;
    }
  }
  return false;
}

/** Whether a JSON text has more than `limit` levels of arrays and objects. */
export function isTextDeeperThan(text: string, limit: number): boolean {
  if (!hasMoreBrackets(text, limit)) return false; // as with most
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    switch (text[at]) {
      case '"':
        at = endOfString(text, at);
        break;
      case '{':
      case '[':
        depth += 1;
        if (depth > limit) return true;
        break;
      case '}':
      case ']':
        depth -= 1;
        break;
    }
  }
  return false;
}

/** The place of the quote that ends the string which begins at `at`. */
function endOfString(text: string, at: number): number {
  for (let end = text.indexOf('"', at + 1); ; end = text.indexOf('"', end + 1)) {
    if (end < 0) return text.length;
    let slashes = 0;
    while (text[end - 1 - slashes] === '\\') slashes += 1;
    if (slashes % 2 === 0) return end;
  }
}
