// Most texts, found without a table of Unicode: a pattern that needs one takes milliseconds to be made.
const PLAIN = /^[ -~]*$/;

let one: RegExp | undefined;
let each: RegExp | undefined;

/** One character that must not reach a terminal as it is. Made by the first text that isn't plain. */
function unprintable(): RegExp {
  one ??= new RegExp(patternOf(), 'u');
  return one;
}

// What a terminal acts on (controls), what shows text in another order than it has, what breaks a line, and
// what can't be seen. Joiners stay between letters of scripts that are written with them and between
// pictures, selectors of a variation behind a picture or a mark.
function patternOf(): string {
  const joined =
    '(?![\\p{sc=Latin}\\p{sc=Greek}\\p{sc=Cyrillic}\\p{sc=Common}\\p{sc=Inherited}])[\\p{L}\\p{M}]' +
    '|[\\p{Extended_Pictographic}\\p{EMod}\\ufe0f]';
  const kept = `(?<=${joined})[\\u200c\\u200d](?=${joined})|(?<=[\\p{Extended_Pictographic}0-9#*])\\ufe0f`;
  const hidden = '[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}\\p{Default_Ignorable_Code_Point}]';
  // More marks on a letter than any script needs would cover the lines around it.
  const flood = '(?<=\\p{M}{8})\\p{M}';
  return `(?!${kept})${hidden}|${flood}`;
}

/** Whether a text has a character that must not reach a terminal as it is. */
export function hasUnprintable(text: string): boolean {
  return !PLAIN.test(text) && unprintable().test(text);
}

/** Returns the text with `escapeWith(character)` for each character that must not reach a terminal. */
export function replaceUnprintable(text: string, escapeWith: (char: string) => string): string {
  if (PLAIN.test(text)) return text;
  each ??= new RegExp(unprintable(), 'gu');
  return text.replace(each, (char) => escapeWith(char));
}

/** A character as `\u{202e}`. */
export function escapeOf(char: string): string {
  return `\\u{${char.codePointAt(0)?.toString(16)}}`;
}
