import { jsonText } from '../../../base/json/index.js';
import { nearest, notFoundText } from '../../../base/text/index.js';
import { TOOL_DIALECTS } from '../../../kinds/tools/dialects/index.js';
import type { DialectTool, ToolDialect } from '../../../kinds/tools/index.js';
import type { Context, ExitCode } from '../../command.js';
import { openHost, tellFailures } from '../../open-host.js';
import { printList } from '../../output/list.js';
import { oneLine } from '../../output/printable.js';
import { usageError } from '../../usage-error.js';

/**
 * Lists the tools as a dialect accepts them, and notes what their definitions can't say.
 * @param given the value of --dialect
 * @throws AisopodError USAGE for a dialect that is not known
 */
export async function listDefinitions(context: Context, given: string): Promise<ExitCode> {
  const dialect = dialectNamed(given);
  const host = await openHost(context);
  const { tools } = await host.tools.definitions({ dialect });
  await printList(context, {
    items: tools,
    member: 'tools',
    fields: ({ name, tool, definition }: DialectTool) => [name, tool, jsonText(definition)],
    headers: ['NAME', 'TOOL', 'DROPPED'],
    row: ({ name, tool, dropped }: DialectTool) => [name, tool, keywordsOf(dropped)],
    none: 'There are no tools.',
  });
  if (!context.options.json) await note(tools, context);
  tellFailures(host, context);
  return 0;
}

function dialectNamed(given: string): ToolDialect {
  const dialect = TOOL_DIALECTS.find((name) => name === given);
  if (dialect !== undefined) return dialect;
  const similar = nearest(given, TOOL_DIALECTS);
  const text = notFoundText('dialect', given, { similar, known: TOOL_DIALECTS });
  throw usageError(text, { dialect: given, similar, dialects: TOOL_DIALECTS }, 'tools list');
}

async function note(tools: readonly DialectTool[], { messages }: Context): Promise<void> {
  for (const { tool, dropped } of tools) {
    for (const { path, keyword, reason } of dropped) {
      const text = `${tool} ${path || '/'}: "${keyword}" is dropped: ${reason}`;
      await messages.line(`${messages.style('dim', 'note:')} ${oneLine(text)}`);
    }
  }
}

function keywordsOf(dropped: DialectTool['dropped']): string {
  return [...new Set(dropped.map(({ keyword }) => keyword))].join(', ');
}
