import { AisopodError } from '../../base/errors/index.js';
import { jsonText } from '../../base/json/index.js';
import { typeName } from '../../base/text/index.js';

/** UTF-8 bytes that one argument may have. */
export const ARGUMENT_LIMIT = 4096;

// C0, DEL and C1, but for line feed and tab.
const CONTROLS = /[^\P{Cc}\n\t]/gu;
// Half of a character, which no UTF-8 can say.
const HALVES = /\p{Surrogate}/gu;

/**
 * The arguments as a command gets them: each is measured first, then control characters but `\n` and
 * `\t` are removed.
 *
 * @param command full name, for messages
 * @throws AisopodError ARGUMENT_TOO_LARGE, USAGE when they are no list of texts
 */
export function cleanArguments(command: string, args: unknown): string[] {
  if (!Array.isArray(args)) throw noText(command, 'The arguments are', 'a list of texts', args);
  // Not its own map(), which may answer anything.
  return Array.from(args, (arg: unknown, i) => {
    if (typeof arg !== 'string') throw noText(command, `Argument ${i + 1} is`, 'text', arg);
    const size = Buffer.byteLength(arg);
    if (size > ARGUMENT_LIMIT) {
      throw new AisopodError(
        'ARGUMENT_TOO_LARGE',
        `Argument ${i + 1} of ${command} has ${size} bytes; at most ${ARGUMENT_LIMIT} are taken. ` +
          'What is longer can go through standard input or a file.',
        { details: { command, argument: i + 1, size, limit: ARGUMENT_LIMIT } },
      );
    }
    return wellFormed(arg).replace(CONTROLS, '');
  });
}

/**
 * What the handler is told, as JSON.
 * @param stdin undefined: none was given
 * @throws AisopodError USAGE when `stdin` is no text, or is given to a command that reads none
 */
export function commandParams(
  command: string,
  args: readonly string[],
  stdin: unknown,
  reads: boolean,
): string {
  if (stdin === undefined) return jsonText({ args });
  if (typeof stdin !== 'string') throw noText(command, 'Standard input is', 'text', stdin);
  if (!reads) {
    throw new AisopodError('USAGE', `${command} reads no standard input; give it none.`, {
      details: { command, option: 'stdin' },
    });
  }
  return jsonText({ args, stdin: wellFormed(stdin) });
}

function wellFormed(text: string): string {
  return text.replace(HALVES, '\ufffd');
}

function noText(command: string, what: string, expected: string, found: unknown): AisopodError {
  const type = typeName(found);
  return new AisopodError('USAGE', `${what} ${type}, but ${command} takes ${expected}.`, {
    details: { command, expected },
  });
}
