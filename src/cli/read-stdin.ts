import { AisopodError } from '../errors/index.js';
import type { Context } from './command.js';
import { usageError } from './usage-error.js';

// Far above what a plugin takes; it keeps an endless input from filling the memory.
const STDIN_LIMIT = 64 * 1024 * 1024;

/**
 * All of standard input, as text.
 * @param command for the hint at help
 * @throws AisopodError PAYLOAD_TOO_LARGE, USAGE when it is no UTF-8
 */
export async function readStdin({ stdin }: Context, command: string): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of stdin()) {
    size += part.length;
    if (size > STDIN_LIMIT) {
      throw new AisopodError(
        'PAYLOAD_TOO_LARGE',
        `Standard input is longer than ${STDIN_LIMIT} bytes, which no plugin takes.`,
        { details: { limit: STDIN_LIMIT } },
      );
    }
    parts.push(part);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts));
  } catch {
    throw usageError('Standard input is no UTF-8 text.', {}, command);
  }
}
