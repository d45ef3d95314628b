import type { ContextPart, ContextResult } from '../../../kinds/contexts/index.js';
import { callHost, callTimeout } from '../../call-host.js';
import type { Command, Context } from '../../command.js';
import { printJson } from '../../output/json.js';
import { oneLine, printable } from '../../output/printable.js';

export const command: Command = {
  about: `
Asks a context about something, and prints the texts that it gives, with an empty line between them. On a
terminal each has a line with its source.

With --json: {"parts":[{"text","mime","source":{"title","uri"}}],"text","metadata"}; a failure is
{"error":{...}}.`,
  examples: [
    ['aisopod contexts get git .', 'ask a context'],
    ["aisopod contexts get git . --json | jq '.parts[].source'", 'where its texts come from'],
  ],
  async run(context, [name = '', query = '']) {
    const timeoutMs = callTimeout(context.options.timeout, 'contexts get');
    return callHost(context, {
      notFound: 'CONTEXT_NOT_FOUND',
      async run(host, signal) {
        await print(await host.contexts.get(name, query, { signal, timeoutMs }), context);
        return 0;
      },
    });
  },
};

async function print(result: ContextResult, context: Context): Promise<void> {
  const { stdout, options } = context;
  if (options.json) return printJson(stdout, result);
  const { parts } = result;
  if (parts.length === 0) {
    if (stdout.isTTY) await stdout.write('The context knows nothing about that.\n');
    return;
  }
  const text = stdout.isTTY
    ? parts.map((part) => withSource(part, context)).join('\n\n')
    : result.text;
  await stdout.write(text.endsWith('\n') ? text : `${text}\n`);
}

function withSource({ text, source: { title, uri } }: ContextPart, { style }: Context): string {
  const named =
    title === undefined || uri === undefined ? (title ?? uri ?? '') : `${title} (${uri})`;
  return `${style('bold', oneLine(named))}\n${printable(text)}`;
}
