export type { CommandInfo } from './command-info.js';
export type { CommandStream, OnOutput } from './command-output.js';
export type { CommandResult } from './command-result.js';
export type { CommandRunOptions, Commands } from './commands.js';
export { type CommandsHost, CommandsService } from './commands-service.js';
export {
  type CommandArgument,
  type CommandExample,
  type CommandSpec,
  commandDefinition,
} from './definition.js';
export { commandRequests, openCommands } from './open-commands.js';
export type { PluginCommands } from './plugin-commands.js';
export type { CommandParams, RegistersCommands } from './registers-commands.js';
export { RESERVED_NAMES } from './reserved.js';
export { WriteGate } from './write-gate.js';
