// What a terminal would act on (controls), and what would show text in another order than it has.
const UNPRINTABLE = /[\p{Cc}\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

function escaped(char: string): string {
  return `\\u{${char.codePointAt(0)?.toString(16)}}`;
}

/** Text of a stranger for a terminal: what would steer the terminal is shown as an escape. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (char) =>
    char === '\n' || char === '\t' ? char : escaped(char),
  );
}

/** Text as one field of one line: breaks and tabs are blanks, controls are escapes. */
export function oneLine(text: string): string {
  return text
    .replace(/\s*[\n\r]\s*|\t/g, ' ')
    .replace(UNPRINTABLE, escaped)
    .trim();
}
