// What a terminal acts on (controls), what shows text in another order than it has, what breaks a line, and
// what can't be seen. Joiners stay between letters of scripts that are written with them and between
// pictures, selectors of a variation behind a picture or a mark.
const JOINED =
  '(?![\\p{sc=Latin}\\p{sc=Greek}\\p{sc=Cyrillic}\\p{sc=Common}\\p{sc=Inherited}])[\\p{L}\\p{M}]' +
  '|[\\p{Extended_Pictographic}\\p{EMod}\\ufe0f]';
const KEPT = `(?<=${JOINED})[\\u200c\\u200d](?=${JOINED})|(?<=[\\p{Extended_Pictographic}0-9#*])\\ufe0f`;
const HIDDEN = '[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}\\p{Default_Ignorable_Code_Point}]';
// More marks on a letter than any script needs would cover the lines around it.
const FLOOD = '(?<=\\p{M}{8})\\p{M}';

/** One character that must not reach a terminal as it is. */
export const UNPRINTABLE = new RegExp(`(?!${KEPT})${HIDDEN}|${FLOOD}`, 'u');

const EACH = new RegExp(UNPRINTABLE, 'gu');

/** Returns the text with `escapeWith(character)` for each character that must not reach a terminal. */
export function replaceUnprintable(text: string, escapeWith: (char: string) => string): string {
  return text.replace(EACH, (char) => escapeWith(char));
}

/** A character as `\u{202e}`. */
export function escapeOf(char: string): string {
  return `\\u{${char.codePointAt(0)?.toString(16)}}`;
}
