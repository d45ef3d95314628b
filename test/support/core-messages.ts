import { readFileSync } from 'node:fs';

/** A message of the core, as messages.def has it. */
export interface CoreMessage {
  readonly name: string;
  readonly number: number;
  /** Texts are in the slots a, b and c; the rest are numbers. */
  readonly fields: readonly (readonly [name: string, type: 'string' | 'number'])[];
}

/** All messages of the core, in order. */
export function coreMessages(): readonly CoreMessage[] {
  const file = new URL('../../native/core/environment/messages.def', import.meta.url);
  const pattern = /^AISOPOD_MESSAGE\((\w+), (\d+),((?:\s+AISOPOD_FIELD\(\w+, \w+\))*)\s*\)/gm;
  return Array.from(readFileSync(file, 'utf8').matchAll(pattern), ([, name, number, fields]) => ({
    name: String(name),
    number: Number(number),
    fields: Array.from(
      String(fields).matchAll(/AISOPOD_FIELD\((\w+), (\w+)\)/g),
      ([, slot, field]) =>
        [String(field), /^[abc]$/.test(String(slot)) ? 'string' : 'number'] as const,
    ),
  }));
}
