import type { PluginHost } from '../host/index.js';
import { ListChanges } from './list-changes.js';
import type { LogRelay } from './log-relay.js';
import { ServerHooks } from './server-hooks.js';
import { ToolList } from './tool-list.js';

/** What all connections of an MCP server share. */
export interface Door {
  readonly host: PluginHost;
  readonly tools: ToolList;
  /** Reports that clients would be given another list of tools. */
  readonly toolChanges: ListChanges;
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
  const toolChanges = new ListChanges(host.events, () => tools.digest());
  return { host, tools, toolChanges, logs, hooks: new ServerHooks(host.hooks) };
}
