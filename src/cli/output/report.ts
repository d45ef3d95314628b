import { AisopodError, type FailureData } from '../../base/errors/index.js';
import type { Context } from '../command.js';
import { causeText, errorText, stackText } from './error-text.js';
import { withGivenOptions } from './given-options.js';
import { printJson } from './json.js';

/**
 * Prints a failure where the options want it: as JSON on standard output, or for people on standard error.
 * @returns the failure as an error of the package
 */
export async function printFailure(error: unknown, context: Context): Promise<AisopodError> {
  const { options, stdout, messages } = context;
  const known = AisopodError.from(error);
  const message = withGivenOptions(known.message, options);
  // What belongs on standard output can't be printed there once its reader is gone.
  if (options.json && !stdout.gone.aborted) {
    const { code, details = null } = known;
    await printJson(stdout, { error: { code, message, details } });
  } else {
    await printError({ ...known.toJSON(), message, cause: known.cause }, context);
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

/** Prints an error for people, with --verbose also what is behind it. */
export async function printError(
  error: FailureData,
  { options, messages }: Pick<Context, 'options' | 'messages'>,
): Promise<void> {
  await messages.line(errorText(error, messages.style));
  const cause = options.verbose && error.code !== 'INTERNAL' ? causeText(error) : '';
  if (cause !== '') await messages.line(cause);
}
