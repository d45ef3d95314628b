import type { CommandInfo } from './command-info.js';
import type { CommandResult } from './command-result.js';
import type { CommandRunOptions } from './commands.js';

/** The commands of all plugins, for one of them. */
export interface PluginCommands {
  list(): readonly CommandInfo[];
  get(name: string): CommandInfo | undefined;
  /**
   * Runs a command and waits for its result. It runs with the role of `context`, or without a role.
   * The context of an event has none.
   * @param name `plugin-id:command`, or the short name
   * @throws AisopodError (as rejection) as Commands.run(); STATE when the plugin has ended
   */
  run(name: string, options?: Omit<CommandRunOptions, 'auth'>): Promise<CommandResult>;
}
