let segmenter: Intl.Segmenter | undefined;

/** What a reader calls characters. The segmenter costs milliseconds, so plain text goes without. */
function graphemes(text: string): Iterable<{ readonly segment: string }> {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  return segmenter.segment(text);
}

const ZERO = /^[\p{Mn}\p{Me}\p{Cf}]+$/u;
// East Asian wide and fullwidth, as blocks: Hangul, CJK, kana, fullwidth forms.
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{17000}-\u{18cff}\u{1b000}-\u{1b2ff}\u{20000}-\u{3fffd}]/u;
// A single code point, or a sequence that a variation selector or a joiner makes one picture.
const PICTURE = /\p{Emoji_Presentation}|\p{Extended_Pictographic}\ufe0f|\p{RI}\p{RI}/u;

function cells(grapheme: string): number {
  if (ZERO.test(grapheme)) return 0;
  return WIDE.test(grapheme) || PICTURE.test(grapheme) ? 2 : 1;
}

/** How many cells of a terminal the text takes, as far as terminals agree on it. */
export function width(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let sum = 0;
  for (const { segment } of graphemes(text)) sum += cells(segment);
  return sum;
}

/** The text, cut to `limit` cells at its start, as paths are, whose end tells more. @param limit from 1 */
export function cutStart(text: string, limit: number): string {
  if (width(text) <= limit) return text;
  const kept: string[] = [];
  let sum = 0;
  for (const { segment } of [...graphemes(text)].reverse()) {
    sum += cells(segment);
    if (sum > limit - 1) break;
    kept.unshift(segment);
  }
  return `…${kept.join('')}`;
}

/**
 * The text with breaks between words, so that its lines fit; a longer word stays whole, since it may be
 * copied.
 * @param limit cells of a line
 */
export function wrap(text: string, limit: number): string {
  if (!Number.isFinite(limit)) return text;
  return text
    .split('\n')
    .map((line) => {
      const lines: string[] = [];
      let last = '';
      for (const word of line.split(/(?<=\S)(?= )/)) {
        if (last !== '' && width(last) + width(word) > limit) {
          lines.push(last);
          last = word.trimStart();
        } else last += word;
      }
      return [...lines, last].join('\n');
    })
    .join('\n');
}

/**
 * The text, cut to `limit` cells at most; what was cut shows by an ellipsis at the end.
 * @param limit a whole number from 1
 */
export function cut(text: string, limit: number): string {
  if (width(text) <= limit) return text;
  let kept = '';
  let sum = 0;
  for (const { segment } of graphemes(text)) {
    sum += cells(segment);
    if (sum > limit - 1) break;
    kept += segment;
  }
  return `${kept.trimEnd()}…`;
}
