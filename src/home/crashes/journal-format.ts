// The bytes of a journal: a header, then slots of one size, each for one plugin. A slot says with its
// first word what the plugin is doing, so that one store changes it; the rest of a slot never changes
// while that word is not 0. Words have the byte order of the machine: only its processes read it.

export const HEADER_BYTES = 64;
export const SLOT_BYTES = 128;

const MAGIC = 'AISOPODJ';
const VERSION = 1;

/** Offsets in the header, after the magic: two words. */
const VERSION_AT = 8;
const SLOT_BYTES_AT = 12;

/** Offsets in a slot: a word, a byte, and at most 64 bytes of ASCII; what is between is 0. */
const STATE_AT = 0;
const ID_LENGTH_AT = 40;
const ID_AT = 41;

/** What a plugin is doing. In the journal of a process that has ended, anything but idle was interrupted. */
export const SlotState = { idle: 0, starting: 1 } as const;

/** What is between the state and the length of the id. */
const BETWEEN = '\0'.repeat(ID_LENGTH_AT - STATE_AT - 4);

const LITTLE = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;

export function writeHeader(into: Buffer): void {
  into.write(MAGIC, 0, 'latin1');
  writeWord(into, VERSION, VERSION_AT);
  writeWord(into, SLOT_BYTES, SLOT_BYTES_AT);
}

/**
 * Writes slots that follow each other. One text for all takes less time than a write for each.
 * @param ids of plugins: each at most 64 characters of ASCII
 */
export function writeSlots(
  into: Buffer,
  first: number,
  ids: readonly string[],
  state: number,
): void {
  const word = wordText(state);
  let text = '';
  for (const id of ids) {
    text += `${word}${BETWEEN}${String.fromCharCode(id.length)}${id.padEnd(SLOT_BYTES - ID_AT, '\0')}`;
  }
  into.write(text, slotAt(first), 'latin1');
}

export function writeState(into: Buffer, slot: number, state: number): void {
  writeWord(into, state, slotAt(slot) + STATE_AT);
}

/** Where a slot begins. */
export function slotAt(slot: number): number {
  return HEADER_BYTES + slot * SLOT_BYTES;
}

/**
 * The ids of the plugins that were doing something when a journal was written last.
 * @param bytes of the whole file; what is cut short, or of another version, names none
 */
export function markedIn(bytes: Buffer): string[] {
  if (bytes.length < HEADER_BYTES || bytes.toString('latin1', 0, MAGIC.length) !== MAGIC) return [];
  if (readWord(bytes, VERSION_AT) !== VERSION) return [];
  if (readWord(bytes, SLOT_BYTES_AT) !== SLOT_BYTES) return [];
  const marked = new Set<string>();
  for (let at = HEADER_BYTES; at + SLOT_BYTES <= bytes.length; at += SLOT_BYTES) {
    if (readWord(bytes, at + STATE_AT) === SlotState.idle) continue;
    const length = bytes[at + ID_LENGTH_AT] ?? 0;
    marked.add(bytes.toString('latin1', at + ID_AT, at + ID_AT + length));
  }
  return [...marked];
}

function wordText(value: number): string {
  const word = Buffer.alloc(4);
  writeWord(word, value, 0);
  return word.toString('latin1');
}

function writeWord(into: Buffer, value: number, at: number): void {
  if (LITTLE) into.writeUInt32LE(value, at);
  else into.writeUInt32BE(value, at);
}

function readWord(from: Buffer, at: number): number {
  return LITTLE ? from.readUInt32LE(at) : from.readUInt32BE(at);
}
