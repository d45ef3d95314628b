/** A fault of the syntax of YAML in words. */
export interface SyntaxFault {
  readonly found: string;
  readonly expected: string;
  readonly hint: string | null;
}

const QUOTE = 'write text with such characters in quotes: "..."';

/** What people have mostly done, by the code of the parser. */
const HINTS: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'indent with spaces; YAML takes no tabs there',
  BLOCK_AS_IMPLICIT_KEY:
    'write text with a colon in quotes, and begin keys of one table in the same column',
  MULTILINE_IMPLICIT_KEY: 'write a colon and a value behind each key',
  BAD_SCALAR_START: QUOTE,
  UNEXPECTED_TOKEN: 'a comma or a line is missing before this, or text needs quotes',
  BAD_INDENT: 'close the bracket, or begin the keys of one table in the same column',
  MISSING_CHAR: 'a character that closes or separates is missing before this',
  BAD_ALIAS: QUOTE,
  BAD_DQ_ESCAPE:
    "a backslash begins an escape in double quotes; write a path in single quotes: 'C:\\x'",
  DUPLICATE_KEY: 'keep one of the two',
};

/**
 * Says how to write what a text that is not YAML seems to mean.
 * @param code of the parser
 * @param reason what the parser says
 * @param offset where it stopped
 */
export function syntaxHint(
  code: string,
  reason: string,
  text: string,
  offset: number,
): SyntaxFault {
  if (code === 'RESOURCE_EXHAUSTION') {
    return { found: 'too many levels of nesting', expected: 'at most 32', hint: null };
  }
  const [line = ''] = reason.split('\n', 1);
  const found = `a syntax error: ${line.charAt(0).toLowerCase()}${line.slice(1)}`;
  return { found, expected: 'YAML', hint: otherForm(text, offset) ?? HINTS[code] ?? null };
}

function otherForm(text: string, offset: number): string | null {
  const from = text.lastIndexOf('\n', offset - 1) + 1;
  const row = text.slice(from, offset + 200).split('\n', 1)[0] ?? '';
  if (/^\s*\[[\w.-]+\]\s*$/.test(row) || /^\s*[\w.-]+\s*=/.test(row)) {
    return 'this looks like TOML, which belongs into aisopod.plugin.toml';
  }
  return null;
}
