import { isUtf8 } from 'node:buffer';
import { loadAddonFile } from '../addon.js';
import { isTextDeeperThan, JSON_DEPTH } from './depth.js';
import { JsonTextFault } from './json-fault.js';

/**
 * The value of a JSON text that comes from elsewhere. The checker of the core decides whether it is
 * taken; a text that writes back the same has lost nothing, so the addon is loaded for others only.
 *
 * @param text or its bytes
 * @throws JsonTextFault; AisopodError ADDON_MISSING when the checker is needed
 */
export function parseJson(text: string | Uint8Array): unknown {
  if (typeof text !== 'string' && !isUtf8(text)) throw faultOf(text);
  const given = typeof text === 'string' ? text : Buffer.from(text).toString('utf8');
  let value: unknown;
  try {
    value = JSON.parse(given);
  } catch (error) {
    // The checker knows the place; it refuses whatever JSON.parse() refuses.
    throw faultOf(given) ?? error;
  }
  const fault = writesBack(given, value) ? null : faultOf(given);
  if (fault !== null) throw fault;
  return value;
}

/**
 * The value of a JSON file, which may begin with a byte order mark.
 * @throws as parseJson()
 */
export function parseJsonFile(bytes: Uint8Array): unknown {
  // No JSON has a zero byte; in UTF-16 every second one of a letter is.
  if (bytes.includes(0)) {
    const place = { byte: 0, index: 0, line: 1, column: 1 };
    throw new JsonTextFault('text that looks like UTF-16', place, 'save it as UTF-8');
  }
  return parseJson(hasMark(bytes) ? bytes.subarray(MARK.length) : bytes);
}

const MARK = Buffer.from('\ufeff');

function hasMark(bytes: Uint8Array): boolean {
  return MARK.every((byte, at) => bytes[at] === byte);
}

/** Whether JSON.parse() and JSON.stringify() together change nothing but white space. */
function writesBack(text: string, value: unknown): boolean {
  // Halves of surrogate pairs do write back; JSON.stringify() recurses, and long texts cost.
  if (text.length > LONGEST || text.includes('\\u') || isTextDeeperThan(text, JSON_DEPTH)) {
    return false;
  }
  const written = JSON.stringify(value);
  return written === text || written === text.replace(SPACE, '$1');
}

/** Characters of a text that is judged without the addon. */
const LONGEST = 65_536;

/** White space, or a string, in which it is text. */
const SPACE = /("(?:[^"\\]|\\.)*")|[ \t\r\n]+/g;

function faultOf(text: string | Uint8Array): JsonTextFault | null {
  const refused = loadAddonFile().checkJson(text);
  if (refused === null) return null;
  const [what, byte, advice] = refused;
  const before = Buffer.from(text).subarray(0, byte).toString('utf8');
  const lineStart = before.lastIndexOf('\n') + 1;
  const line = before.split('\n').length;
  const place = { byte, index: before.length, line, column: before.length - lineStart + 1 };
  return new JsonTextFault(what, place, advice);
}
