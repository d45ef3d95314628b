import { createInterface } from 'node:readline/promises';
import { shellWord } from '../../../base/text/index.js';
import type { Context } from '../../command.js';
import { usageError } from '../../usage-error.js';

/**
 * Asks on the terminal whether something works with some plugins alone.
 * @param only the value of AISOPOD_ONLY
 * @throws AisopodError USAGE without a terminal
 */
export async function askWhetherItWorks(context: Context, only: string): Promise<boolean> {
  if (process.stdin.isTTY !== true || process.stderr.isTTY !== true) {
    throw usageError(
      'Questions need a terminal. Give the command to try: aisopod plugins bisect -- COMMAND.',
      {},
      'plugins bisect',
    );
  }
  await context.messages.line(`Try it with: AISOPOD_ONLY=${shellWord(only)}`);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    for (;;) {
      const answer = (await terminal.question('Does it work? [y/n] ')).trim().toLowerCase();
      if (answer === 'y' || answer === 'yes') return true;
      if (answer === 'n' || answer === 'no') return false;
    }
  } finally {
    terminal.close();
  }
}
