import { AisopodError } from '../../base/errors/index.js';
import type { Context } from '../command.js';
import { errorText, stackText } from './error-text.js';
import { printJson } from './json.js';

/**
 * Prints a failure where the options want it: as JSON on standard output, or for people on standard error.
 * @returns the failure as an error of the package
 */
export async function printFailure(error: unknown, context: Context): Promise<AisopodError> {
  const { options, stdout, messages } = context;
  const known = AisopodError.from(error);
  // What belongs on standard output can't be printed there once its reader is gone.
  if (options.json && !stdout.gone.aborted) {
    const { code, message, details = null } = known;
    await printJson(stdout, { error: { code, message, details } });
  } else {
    await messages.line(errorText(known.toJSON(), messages.style));
  }
  if (known.code === 'INTERNAL') {
    await messages.line(
      options.verbose
        ? stackText(error)
        : 'This is a bug of aisopod. --verbose shows where it happened; please report it.',
    );
  }
  return known;
}
