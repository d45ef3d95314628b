/** A rule about one mistake that people make: what to write instead, when it is this mistake. */
type Rule = (line: Line) => string | null;

interface Line {
  /** The line on which the parser stopped, as far as it is looked at. */
  readonly row: string;
  /** The key and the value as they are written; null when the line has no `=`. */
  readonly key: string | null;
  readonly value: string | null;
  /** What the parser says. */
  readonly reason: string;
}

/** Longer lines are not of people; the patterns below must not go through a megabyte. */
const LONGEST_ROW = 400;

/**
 * Says how to write what a text that is not TOML seems to mean.
 * @param text the whole document
 * @param at on which line the parser stopped, 1-based
 * @param reason what the parser says
 * @returns null when the mistake is not a known one
 */
export function syntaxHint(
  text: string,
  at: { readonly line: number },
  reason: string,
): string | null {
  const form = otherForm(text);
  if (form !== null) return form;
  const row = (text.split(/\r?\n/, at.line).at(-1) ?? '').slice(0, LONGEST_ROW);
  const [, key = null, value = null] = /^\s*([^\s=]+)\s*=\s*(.*?)\s*$/.exec(row) ?? [];
  const line = { row, key, value, reason };
  for (const rule of RULES) {
    const hint = rule(line);
    if (hint !== null) return hint;
  }
  return null;
}

function otherForm(text: string): string | null {
  const begin = text.trimStart();
  if (begin.startsWith('{')) return 'this is JSON; TOML has lines such as id = "x" below [plugin]';
  if (begin.startsWith('---\n')) return 'this is YAML; TOML has lines such as id = "x"';
  return null;
}

// A line of config.toml may hold a secret, so that no value is shown but a version.
const LONGEST_SHOWN = 40;

const RULES: readonly Rule[] = [
  ({ row }) =>
    /[\u2018-\u201f\u2039\u203a\u00ab\u00bb\uff02]/.test(row)
      ? 'these are typographic quotes; write straight ones: "..."'
      : null,
  ({ reason }) =>
    reason.includes('escape')
      ? "a backslash begins an escape in double quotes; write a path in single quotes: 'C:\\folder'"
      : null,
  ({ row }) => (/^\s*\/[/*]/.test(row) ? 'a comment begins with #' : null),
  ({ row }) => {
    const [, key, value = ''] = /^\s*([\w.-]+|"[^"]*")\s*:\s*(.*)$/.exec(row) ?? [];
    if (key === undefined) return null;
    return value === ''
      ? `a table begins with its name in brackets: [${key}]`
      : 'write = instead of :';
  },
  ({ row }) => {
    const [, name] = /^\s*(\[\[?[\w."'-]+)\s*$/.exec(row) ?? [];
    if (name === undefined) return null;
    return `close the brackets: ${name}${name.startsWith('[[') ? ']]' : ']'}`;
  },
  ({ reason }) =>
    reason.includes('redefine') ? 'it is set above already; keep one of the two' : null,
  ({ reason }) =>
    reason.includes('end-of-line')
      ? 'write each key on a line of its own, with nothing after its value'
      : null,
  ({ reason }) =>
    reason.includes('control characters')
      ? 'close the quotes on the same line, or put a text of several lines between """ and """'
      : null,
  ({ reason }) =>
    reason.includes('comma or end') ? 'a comma or a closing bracket is missing before this' : null,
  ({ value }) => (value?.startsWith('(') ? 'write an array in square brackets: ["a", "b"]' : null),
  ({ value, reason }) =>
    value?.startsWith('{') && reason.includes('key')
      ? 'braces hold keys: { key = "value" }; write an array in square brackets'
      : null,
  unquotedValue,
  ({ row, key }) =>
    key === null && /^\s*[\w.-]+\s+\S/.test(row) ? 'write = between the key and its value' : null,
];

/** A value that is text, or a number or word as other languages write it. */
function unquotedValue({ key, value: written }: Line): string | null {
  const value = written?.replace(/\s+#.*$/, '') ?? '';
  if (key === null || value === '' || /^["'[{]/.test(value)) return null;
  if (/^(?:true|yes|on)$/i.test(value)) return 'write true';
  if (/^(?:false|no|off)$/i.test(value)) return 'write false';
  if (/^(?:null|none|nil|undefined)$/i.test(value)) return 'TOML has no null; leave the key out';
  if (/,\s*[\w.-]+\s*=/.test(value)) return 'write each key on a line of its own';
  if (/^\d+,\d+$/.test(value)) return 'write a decimal point instead of the comma';
  if (/^0\d+$/.test(value)) return 'write the number without its leading zeros, or text in quotes';
  const shown = key === 'version' && value.length < LONGEST_SHOWN ? value : '...';
  return `write text in quotes: ${key} = "${shown}"`;
}
