import { AisopodError } from '../base/errors/index.js';

/** A wrong command line: what is wrong, then how to get help. */
export function usageError(message: string, details: object, help = ''): AisopodError {
  const line = `aisopod ${help === '' ? '' : `${help} `}--help`;
  return new AisopodError('USAGE', `${message} Help: ${line}`, { details });
}
