import type { Logger } from '../logging/index.js';
import { showPath } from '../toml/index.js';

/** What was found out and is worth being remembered, in a file of the home's state. */
export interface Keepable {
  keep(): Promise<void>;
}

/**
 * Keeps it for the next start. A home that can't be written to only makes that one slower, so what
 * goes wrong is told to who debugs.
 *
 * @returns when all is done; never rejects
 */
export async function keepState(
  what: Keepable | null,
  stateDir: string,
  logger: Logger,
): Promise<void> {
  await what?.keep().catch((error: Error) => {
    logger.debug({}, `Nothing is remembered in ${showPath(stateDir)}: ${error.message}`);
  });
}
