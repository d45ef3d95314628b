export { commandsForHelp, pluginCommandHelp, pluginCommandLines } from './plugin-help.js';
export { findPluginCommand, runPluginCommand } from './run-plugin-command.js';
