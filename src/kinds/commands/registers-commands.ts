import type { PluginHandler } from '../../loaders/embedded/index.js';

/** What a command is given. */
export interface CommandParams {
  readonly args: readonly string[];
  /** When its spec says that it reads it, and there was any. */
  readonly stdin?: string | undefined;
}

/** What register() of a plugin in TypeScript calls for commands. */
export interface RegistersCommands {
  /** What it sends by chunk(), a text or `{stdout?, stderr?}`, is its output. */
  registerCommand(name: string, spec: object, handler: PluginHandler<CommandParams>): void;
}
