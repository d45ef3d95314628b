import { isUtf8 } from 'node:buffer';
import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readFileSync,
  readSync,
  statSync,
} from 'node:fs';
import { parse, TomlError } from 'smol-toml';
import type { ErrorCode } from '../errors/index.js';
import { asClause, systemFault } from '../files/index.js';
import type { Problem } from './problem.js';
import { syntaxHint } from './syntax-hint.js';

/** What a person writes by hand is far below; what is above is no manifest and no configuration. */
export const MAX_TOML_BYTES = 1024 * 1024;

// Deeper nesting is refused by the parser itself, so that no walk of ours can be sent too deep.
const MAX_DEPTH = 32;

const MISSING = 'no such file';

const BIG_INTEGER = `one up to ${Number.MAX_SAFE_INTEGER}, or the digits in quotes`;

/** Text has no zero bytes, but in UTF-16 every second one of a letter is. */
const WIDE =
  'it looks like UTF-16, as Notepad and PowerShell 5 may write it; save it as UTF-8, or convert it: ' +
  'iconv -f UTF-16 -t UTF-8';

const BYTE_ORDER_MARK = 0xfeff;

/** Made once: an encoding alone becomes such an object for each file. */
const UTF8 = { encoding: 'utf8' } as const;

/** The position of a problem that concerns the file as a whole. */
const NOWHERE: { readonly line: number | null; readonly column: number | null } = {
  line: null,
  column: null,
};

/** A parsed table. It has no prototype, so a key like `__proto__` is a key like any other. */
export type TomlTable = Record<string, unknown>;

/** The codes of the faults that concern the file as a whole. */
export interface FileCodes {
  readonly missing: ErrorCode;
  readonly unreadable: ErrorCode;
  readonly syntax: ErrorCode;
}

/** A table, or the one problem that kept the file from being one. */
export type TomlFile =
  | {
      readonly table: TomlTable;
      readonly text: string;
      readonly problem: null;
      readonly missing: false;
    }
  | {
      readonly table: null;
      readonly text: '';
      readonly problem: Problem;
      readonly missing: boolean;
    };

/** The text of a file, or the one problem that kept it from being read. */
export type TextFile =
  | { readonly text: string; readonly problem: null; readonly missing: false }
  | { readonly text: null; readonly problem: Problem; readonly missing: boolean };

/**
 * Reads and parses a file of at most MAX_TOML_BYTES. UTF-8, with or without byte order mark.
 * @param plain whether the caller knows that it is a plain file of that size: spares a look at it
 * @returns the table, or the one problem that kept it from being one; never throws
 */
export function readToml(file: string, codes: FileCodes, plain = false): TomlFile {
  const { text, problem, missing } = readTextFile(file, codes, plain);
  if (text === null) return { table: null, text: '', problem, missing };
  return parsed(text, faultOf(file), codes);
}

/**
 * Reads a file of UTF-8, a byte order mark included.
 * @param plain as for readToml()
 * @param most bytes that it may have
 * @returns never throws
 */
export function readTextFile(
  file: string,
  codes: FileCodes,
  plain = false,
  most = MAX_TOML_BYTES,
): TextFile {
  const quick = plain ? readPlain(file) : null;
  if (quick !== null) return { text: quick, problem: null, missing: false };
  const fault = faultOf(file);
  const wrong = (...given: Parameters<Wrong>): TextFile => {
    const { problem, missing } = fault(...given);
    return { text: null, problem, missing };
  };
  let bytes: Buffer | string | null;
  try {
    bytes = readFile(file, most);
    if (bytes === null) return wrong(MISSING, 'a file', codes.missing);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return wrong(MISSING, 'a file', codes.missing);
    const { reason, advice } = systemFault(file, error, 'read');
    const found = `a file that cannot be read (${reason})`;
    return wrong(
      found,
      'a plain file that you may read',
      codes.unreadable,
      NOWHERE,
      asClause(advice),
    );
  }
  if (typeof bytes === 'string') return wrong(bytes, 'a plain file', codes.unreadable);
  if (bytes.length > most) return wrong('a larger file', `at most ${most} bytes`, codes.syntax);
  if (!isUtf8(bytes)) {
    const at = firstInvalid(bytes);
    const hint = bytes.includes(0) ? WIDE : 'save it as UTF-8 in your editor';
    return wrong('bytes that are not UTF-8', 'UTF-8 text', codes.syntax, at, hint);
  }
  return { text: bytes.toString('utf8'), problem: null, missing: false };
}

/**
 * Reads a text as readToml() would read it from the file.
 * @param file named in the problem
 */
export function readTomlText(text: string, file: string, codes: FileCodes): TomlFile {
  const wrong = faultOf(file);
  if (Buffer.byteLength(text) > MAX_TOML_BYTES) {
    return wrong('a larger file', `at most ${MAX_TOML_BYTES} bytes`, codes.syntax);
  }
  return parsed(text, wrong, codes);
}

function faultOf(file: string): Wrong {
  return (found, expected, code, { line, column } = NOWHERE, hint = null) => {
    const problem = { file, line, column, path: '', found, expected, hint, code };
    return { table: null, text: '', problem, missing: found === MISSING };
  };
}

type Wrong = (
  found: string,
  expected: string,
  code: ErrorCode,
  at?: { readonly line: number | null; readonly column: number | null },
  hint?: string | null,
) => TomlFile & { readonly table: null };

function parsed(bytes: string, wrong: Wrong, codes: FileCodes): TomlFile {
  const text = bytes.charCodeAt(0) === BYTE_ORDER_MARK ? bytes.slice(1) : bytes;
  try {
    const table = parse(text, { maxDepth: MAX_DEPTH });
    return { table, text, problem: null, missing: false };
  } catch (error) {
    if (!(error instanceof TomlError)) {
      return wrong(`text that the parser failed on: ${error}`, 'TOML', codes.syntax);
    }
    // TOML has integers of 64 bits, and a double keeps those of 53.
    if (error.message.includes('excessively nested')) {
      const found = `more than ${MAX_DEPTH} levels of nesting`;
      return wrong(found, `at most ${MAX_DEPTH}`, codes.syntax, error);
    }
    if (error.message.includes('represented losslessly')) {
      return wrong('an integer that a double cannot hold', BIG_INTEGER, codes.syntax, error);
    }
    const reason = error.message.split('\n', 1)[0]?.replace('Invalid TOML document: ', '') ?? '';
    const hint = text.includes('\0') ? WIDE : syntaxHint(text, error, reason);
    return wrong(`a syntax error: ${reason}`, 'TOML', codes.syntax, error, hint);
  }
}

/**
 * The text in one call of the system's; null when a closer look is needed to say what is wrong.
 * What is no UTF-8 comes with U+FFFD in it.
 */
function readPlain(file: string): string | null {
  try {
    const text = readFileSync(file, UTF8);
    return text.length > MAX_TOML_BYTES || text.includes('\uFFFD') ? null : text;
  } catch {
    return null;
  }
}

/** The bytes, one more than allowed at most; or in words what stands there instead of a file; null:
 *  nothing does, as is usual with configuration, so that no error is made of it. */
function readFile(file: string, most: number): Buffer | string | null {
  if (statSync(file, { throwIfNoEntry: false }) === undefined) return null;
  // Not to wait for a writer, should it be a pipe.
  const fd = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile()) return stat.isDirectory() ? 'a directory' : 'a device, pipe or socket';
    const bytes = Buffer.allocUnsafe(Math.min(stat.size, most) + 1);
    let length = 0;
    for (let n = -1; n !== 0 && length < bytes.length; length += n) {
      n = readSync(fd, bytes, length, bytes.length - length, null);
      // The size was right in nearly every case: spare the read that would only say so.
      if (length + n === stat.size) return bytes.subarray(0, stat.size);
    }
    return bytes.subarray(0, length);
  } finally {
    closeSync(fd);
  }
}

/** The first line that is not UTF-8, and in it the first character that could not be decoded. */
function firstInvalid(bytes: Buffer): { line: number; column: number } {
  for (let line = 1, from = 0; ; line++) {
    const end = bytes.indexOf(0x0a, from);
    const slice = bytes.subarray(from, end < 0 ? bytes.length : end);
    if (end < 0 || !isUtf8(slice)) {
      return { line, column: slice.toString('utf8').indexOf('\uFFFD') + 1 };
    }
    from = end + 1;
  }
}
