import type { Tool } from '@modelcontextprotocol/server';
import type { PluginHost } from '../host/index.js';
import type { ToolInfo } from '../kinds/tools/index.js';
import { type OutputCheck, outputCheck } from './output-check.js';
import { shownOf } from './shown.js';

/** A tool as clients know it. */
export interface ListedTool {
  readonly info: ToolInfo;
  readonly definition: Tool;
  /** null: its replies are not held against a schema. */
  readonly output: OutputCheck | null;
}

/** The tools at one moment, in the order of the host. */
interface Listed {
  readonly of: readonly ToolInfo[];
  readonly definitions: Promise<ReadonlyMap<string, ListedTool>>;
}

/** The tools of a host as clients know them, made once for each state of the registry. */
export class ToolList {
  readonly #host: PluginHost;
  #listed: Listed | null = null;

  constructor(host: PluginHost) {
    this.#host = host;
  }

  /** What clients are shown. */
  async shown(): Promise<Tool[]> {
    const listed = await this.current();
    const names = new Set(
      shownOf(this.#host, this.#host.tools.list()).map(({ fullName }) => fullName),
    );
    return [...listed.values()]
      .filter(({ info }) => names.has(info.fullName))
      .map(({ definition }) => definition);
  }

  /** All tools, by the names that clients call them by. */
  current(): Promise<ReadonlyMap<string, ListedTool>> {
    const of = this.#host.tools.list();
    if (this.#listed?.of !== of) this.#listed = { of, definitions: define(this.#host, of) };
    return this.#listed.definitions;
  }
}

async function define(
  host: PluginHost,
  infos: readonly ToolInfo[],
): Promise<ReadonlyMap<string, ListedTool>> {
  const { tools } = await host.tools.definitions({ dialect: 'mcp' });
  const byName = new Map(infos.map((info) => [info.fullName, info]));
  const listed = new Map<string, ListedTool>();
  for (const { tool, name, definition } of tools) {
    const info = byName.get(tool);
    if (info !== undefined) listed.set(name, asListed(info, name, definition as Tool));
  }
  return listed;
}

function asListed(info: ToolInfo, name: string, definition: Tool): ListedTool {
  const output = info.output === undefined ? null : outputCheck(info.output);
  // A name that was made to be unique says little to a person.
  const title = name === info.name ? {} : { title: info.fullName };
  const outputSchema =
    output === null ? {} : { outputSchema: output.schema as Tool['outputSchema'] };
  return { info, definition: { ...definition, ...title, ...outputSchema } as Tool, output };
}
