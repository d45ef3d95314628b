import { crc32 } from 'node:zlib';
import { jsonText, readJson } from '../../base/json/index.js';
import { readStateText, type StateHeader, writeStateText } from './state-file.js';

/** What a file of state says: what is read at once, and texts of which each is read when it is needed. */
export interface Indexed {
  /** Parsed JSON. */
  readonly index: unknown;
  /** All texts in a row; the index says where each of them begins or how long it is. */
  readonly body: string;
}

/**
 * Reads what writeIndexed() has written. A checksum finds damage before anything is believed; who may write
 * the file could write another checksum too.
 *
 * @returns null: there is none, or it is damaged
 */
export function readIndexed(file: string, header: StateHeader): Indexed | null {
  const text = readStateText(file, header);
  const endOfChecksum = text?.indexOf('\n') ?? -1;
  if (text === null || endOfChecksum < 0) return null;
  const content = text.slice(endOfChecksum + 1);
  if (checksumOf(content) !== text.slice(0, endOfChecksum)) return null;
  const endOfIndex = content.indexOf('\n');
  if (endOfIndex < 0) return null;
  return { index: readJson(content.slice(0, endOfIndex)), body: content.slice(endOfIndex + 1) };
}

/** As writeStateText(). @throws the system's error, and nothing has changed then */
export async function writeIndexed(
  file: string,
  header: StateHeader,
  { index, body }: Indexed,
): Promise<void> {
  const content = `${jsonText(index)}\n${body}`;
  await writeStateText(file, header, `${checksumOf(content)}\n${content}`);
}

function checksumOf(content: string): string {
  return crc32(content).toString(16);
}
