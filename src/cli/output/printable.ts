import { escapeOf, replaceUnprintable } from '../../base/text/unprintable.js';

/** Text of a stranger for a terminal: what would steer the terminal is shown as an escape. */
export function printable(text: string): string {
  return replaceUnprintable(text, (char) =>
    char === '\n' || char === '\t' ? char : escapeOf(char),
  );
}

/** Text as one field of one line: breaks and tabs are blanks, controls are escapes. */
export function oneLine(text: string): string {
  return replaceUnprintable(text.replace(/\s*[\n\r]\s*|\t/g, ' '), escapeOf).trim();
}

/** JSON text for a terminal or a pipe: the same data, with escapes for what would steer a terminal. */
export function printableJson(json: string): string {
  return replaceUnprintable(json, (char) => {
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
