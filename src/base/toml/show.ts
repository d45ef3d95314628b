const LONGEST = 80;

// What a terminal would act on, or what would hide text: shown as an escape, never as it is.
const UNPRINTABLE = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

function escapeUnprintable(text: string): string {
  return text.replace(UNPRINTABLE, (c) => `\\u{${c.codePointAt(0)?.toString(16)}}`);
}

/** A found value for a message: short, on one line, safe for a terminal. */
export function show(value: unknown): string {
  switch (typeof value) {
    case 'undefined':
      return 'nothing';
    case 'string': {
      const cut = value.length > LONGEST ? `${value.slice(0, LONGEST)}...` : value;
      return escapeUnprintable(JSON.stringify(cut));
    }
    case 'number':
    case 'bigint':
      return `the number ${value}`;
    case 'boolean':
      return `the boolean ${value}`;
    default:
      if (Array.isArray(value)) return value.length === 0 ? 'an empty array' : 'an array';
      return value instanceof Date ? 'a date' : 'a table';
  }
}

/** A path for a message: as it is, or quoted and escaped when it holds line breaks and the like. */
export function showPath(path: string): string {
  return path.search(UNPRINTABLE) < 0 ? path : escapeUnprintable(JSON.stringify(path));
}
