import { AisopodError } from '../base/errors/index.js';
import type { Context } from './command.js';
import { usageError } from './usage-error.js';

// Far above what a plugin takes; it keeps an endless input from filling the memory.
const LIMIT = 64 * 1024 * 1024;

/**
 * All of standard input, as text.
 * @param command whose help is named
 * @throws AisopodError USAGE when it is not UTF-8, PAYLOAD_TOO_LARGE
 */
export async function readStdin({ stdin }: Context, command: string): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of stdin()) {
    size += part.length;
    if (size > LIMIT) {
      throw new AisopodError(
        'PAYLOAD_TOO_LARGE',
        `Standard input is longer than ${LIMIT} bytes, which is more than anything takes.`,
        { details: { limit: LIMIT } },
      );
    }
    parts.push(part);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts));
  } catch {
    throw usageError('Standard input is not UTF-8 text.', {}, command);
  }
}
