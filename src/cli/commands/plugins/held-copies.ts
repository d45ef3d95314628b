import { AisopodError } from '../../../base/errors/index.js';
import { copiesOfReloads, type ProcessCopies } from '../../../loaders/native/copies/held-copies.js';

/** A process with more copies of reloaded libraries, or with more bytes in them, should start again. */
const MOST_COPIES = 100;
const MOST_BYTES = 2 ** 30;

/**
 * Finds processes that have reloaded plugins so often that they should start again.
 * @param copiesDir `cache/copies` of the home
 * @returns COPIES_HELD for each of them
 */
export async function heldCopyWarnings(copiesDir: string): Promise<AisopodError[]> {
  const processes = await copiesOfReloads(copiesDir);
  return processes
    .filter(({ copies, bytes }) => copies > MOST_COPIES || bytes > MOST_BYTES)
    .map(heldCopies);
}

function heldCopies({ pid, copies, bytes }: ProcessCopies): AisopodError {
  return new AisopodError(
    'COPIES_HELD',
    `Process ${pid} has reloaded plugins and holds ${copies} libraries with ${bytes} bytes ` +
      'open for that. A library stays open, and its copy on disk, until the process ends. Start that ' +
      'process again to free them.',
    { details: { pid, copies, bytes } },
  );
}
