import { hasUnprintable } from './unprintable.js';

const PLAIN = /^[\w@%+=:,./-]+$/;

/**
 * A path as one word of a POSIX shell, on one line and safe for a terminal: as it is, quoted, or, with
 * line breaks and the like in it, spelt out by printf.
 */
export function shellWord(path: string): string {
  if (PLAIN.test(path)) return path;
  if (!hasUnprintable(path)) return quoted(path);
  // $(...) drops line ends at its end; what they are called by instead matches any one character.
  const body = path.replace(/\n+$/, '');
  const ends = '?'.repeat(path.length - body.length);
  const format = Array.from(body.replaceAll('%', '%%').replaceAll('\\', '\\\\'), (char) =>
    hasUnprintable(char) ? octal(char) : char,
  );
  return `"$(printf ${quoted(format.join(''))})"${ends}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function octal(char: string): string {
  return Array.from(Buffer.from(char), (byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
}
