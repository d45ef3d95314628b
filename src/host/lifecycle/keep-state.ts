import type { Logger } from '../../base/logging/index.js';
import { showPath } from '../../base/text/index.js';

/** What was found out and is worth being remembered in the home's state. */
export interface Keepable {
  keep(): Promise<void>;
}

/**
 * Keeps all of it for the next start. A home that can't be written to only makes that one slower, so what
 * goes wrong is told to who debugs.
 *
 * @returns when all is done; never rejects
 */
export async function keepState(
  what: readonly (Keepable | null)[],
  stateDir: string,
  logger: Logger,
): Promise<void> {
  for (const each of what) {
    await each?.keep().catch((error: Error) => {
      logger.debug({}, `The host cannot save its state in ${showPath(stateDir)}: ${error.message}`);
    });
  }
}
