import { show } from '../../../base/text/index.js';
import type { RenderedPrompt } from '../../../kinds/prompts/index.js';
import { callHost, callTimeout } from '../../call-host.js';
import type { Command, Context } from '../../command.js';
import { printJson } from '../../output/json.js';
import { printable } from '../../output/printable.js';
import { usageError } from '../../usage-error.js';

const NAME = 'prompts render';

export const command: Command = {
  about: `
Renders a prompt with arguments, and prints its text. Of several messages each has a line with its role.
A plugin that has started before is started only if it makes the prompt itself.

With --json: {"messages":[{"role","text"}],"text","metadata"}; a failure is {"error":{...}}.`,
  examples: [
    [`aisopod prompts render review --arg change="$(git diff)"`, 'render a prompt'],
    ['aisopod prompts render greeting --json', 'its messages, for a program'],
  ],
  async run(context, [name = '']) {
    const timeoutMs = callTimeout(context.options.timeout, NAME);
    const args = argumentsIn(context.options.arg);
    return callHost(context, {
      notFound: 'PROMPT_NOT_FOUND',
      async run(host, signal) {
        await print(await host.prompts.render(name, args, { signal, timeoutMs }), context);
        return 0;
      },
    });
  },
};

/** @throws AisopodError USAGE */
function argumentsIn(words: readonly string[]): Record<string, string> {
  const args = new Map<string, string>();
  for (const word of words) {
    const equals = word.indexOf('=');
    const name = word.slice(0, equals);
    if (equals < 1) {
      throw usageError(`--arg is ${show(word)}; it must be NAME=VALUE.`, { option: '--arg' }, NAME);
    }
    if (args.has(name)) {
      throw usageError(`--arg ${show(name)} is given twice.`, { option: '--arg' }, NAME);
    }
    args.set(name, word.slice(equals + 1));
  }
  return Object.fromEntries(args);
}

async function print(rendered: RenderedPrompt, { stdout, options }: Context): Promise<void> {
  if (options.json) return printJson(stdout, rendered);
  const { messages } = rendered;
  const isOne = messages.length === 1 && messages[0]?.role === 'user';
  const text = isOne
    ? rendered.text
    : messages.map((message) => `${message.role}:\n${message.text}`).join('\n\n');
  const shown = stdout.isTTY ? printable(text) : text;
  await stdout.write(shown.endsWith('\n') ? shown : `${shown}\n`);
}
