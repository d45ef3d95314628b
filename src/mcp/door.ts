import { createHash } from 'node:crypto';
import { jsonText } from '../base/json/index.js';
import type { PluginHost } from '../host/index.js';
import { ListChanges } from './list-changes.js';
import type { LogRelay } from './log-relay.js';
import { shownPrompts } from './prompts.js';
import { shownResources, shownTemplates } from './resources.js';
import { ServerHooks } from './server-hooks.js';
import { ToolList } from './tool-list.js';

/** The lists that clients follow. */
export type ListName = 'tools' | 'prompts' | 'resources';

/** What all connections of an MCP server share. */
export interface Door {
  readonly host: PluginHost;
  readonly tools: ToolList;
  /** Report that clients would be shown another list. */
  readonly changes: Readonly<Record<ListName, ListChanges>>;
  /** Takes log lines of plugins to clients. */
  readonly logs: LogRelay;
  readonly hooks: ServerHooks;
}

/**
 * Opens what connections are served with.
 * @param logs the relay that the host logs to, too
 */
export function openDoor(host: PluginHost, logs: LogRelay): Door {
  const tools = new ToolList(host);
  const changesOf = (shown: () => unknown) =>
    new ListChanges(host.events, async () => digestOf(await shown()));
  const changes = {
    tools: changesOf(() => tools.shown()),
    prompts: changesOf(() => shownPrompts(host)),
    resources: changesOf(() => [shownResources(host), shownTemplates(host)]),
  };
  return { host, tools, changes, logs, hooks: new ServerHooks(host.hooks) };
}

function digestOf(list: unknown): string {
  return createHash('sha256').update(jsonText(list)).digest('base64');
}
