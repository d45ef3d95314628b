// What a terminal would act on (controls), what would show text in another order than it has, and what
// can't be seen. Two invisible ones join letters and emoji, and stay.
const UNPRINTABLE = /[\p{Cc}\u2028\u2029]|(?![\u200c\u200d])\p{Cf}/gu;

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

/** JSON text for a terminal or a pipe: the same data, with escapes for what would steer a terminal. */
export function printableJson(json: string): string {
  return json.replace(UNPRINTABLE, (char) => {
    // Between the strings of JSON stand only these.
    if (char === '\n' || char === '\t' || char === '\r') return char;
    const units = char.split('').map((unit) => unit.charCodeAt(0).toString(16).padStart(4, '0'));
    return units.map((unit) => `\\u${unit}`).join('');
  });
}

/** Text of several lines, of which all but the first are marked, so that none looks like one of ours. */
export function markedLines(text: string, mark: string): string {
  return printable(text).replaceAll('\n', `\n${mark}`);
}
