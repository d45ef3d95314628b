import { AisopodError, type ErrorCode } from '../base/errors/index.js';
import { type HostOptions, PluginHost, type PluginInfo } from '../host/index.js';
import type { ToolResult } from '../instance/index.js';
import type { CommandResult, CommandRunOptions } from '../kinds/commands/index.js';
import type { ToolCallOptions } from '../kinds/tools/index.js';
import type { Plugin } from '../plugin-api/index.js';
import type { EventBus } from '../services/events/index.js';
import { keepLogLines, type LogLine } from './log-lines.js';
import { temporaryHome } from './temporary-home.js';

/** Options of the host, but for its home. `config` configures plugins, by id. */
export type TestAppOptions = Omit<HostOptions, 'home' | 'logger'>;

/** A host for tests: strict, on a home of its own, with nothing in it that a test did not bring. */
export interface TestApp {
  readonly host: PluginHost;
  /** Publishes as the host, and hears everyone. */
  readonly eventBus: EventBus;
  /** What was logged so far. */
  readonly logs: readonly LogLine[];
  /**
   * @param plugin a plugin in TypeScript, or the folder of one with a manifest
   * @throws AisopodError why it does not run
   */
  loadPlugin(plugin: Plugin | string): Promise<PluginInfo>;
  /** @throws AisopodError as PluginHost.plugins.unloadPlugin() */
  unloadPlugin(id: string): Promise<void>;
  /** @throws AisopodError as PluginHost.tools.call() */
  callTool(name: string, args?: unknown, options?: ToolCallOptions): Promise<ToolResult>;
  /**
   * Runs a command as the owner of the home.
   * @throws AisopodError as PluginHost.commands.run()
   */
  executeCommand(
    name: string,
    args?: readonly string[],
    options?: Omit<CommandRunOptions, 'args'>,
  ): Promise<CommandResult>;
  /** Ends all plugins, and removes the home. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Opens a host for a test; close() it when the test is over.
 * @throws AisopodError as PluginHost.open()
 */
export async function createTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  const home = temporaryHome();
  const logs: LogLine[] = [];
  const defaults = { env: {}, strict: true, logger: keepLogLines(logs) };
  let host: PluginHost;
  try {
    host = await PluginHost.open({ ...defaults, ...options, home: home.path });
  } catch (error) {
    home.remove();
    throw error;
  }
  const close = async () => {
    await host.close();
    home.remove();
  };
  return {
    host,
    eventBus: host.bus,
    logs,
    async loadPlugin(plugin) {
      if (typeof plugin !== 'string') return host.register(plugin);
      const info = await host.plugins.loadPlugin(plugin);
      if (info.error === null) return info;
      const { code, message, details } = info.error;
      throw new AisopodError(code as ErrorCode, message, { details });
    },
    unloadPlugin: (id) => host.plugins.unloadPlugin(id),
    callTool: (name, args, how) => host.tools.call(name, args, how),
    executeCommand: (name, args, how) =>
      host.commands.run(name, { auth: { role: 'owner' }, ...how, args }),
    close,
    [Symbol.asyncDispose]: close,
  };
}
