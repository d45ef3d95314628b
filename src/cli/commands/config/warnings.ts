import type { AisopodError } from '../../../base/errors/index.js';
import type { Context } from '../../command.js';

/** Says what is not right about a configuration that was written all the same. */
export function tellWarnings(warnings: readonly AisopodError[], { messages }: Context): void {
  for (const { message } of warnings) void messages.warn(message);
}
