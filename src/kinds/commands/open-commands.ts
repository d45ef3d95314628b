import { asPartOf, type PluginScope } from '../../instance/index.js';
import type { KindHost, KindPart } from '../../registry/index.js';
import { commandRequests } from './command-requests.js';
import type { Commands } from './commands.js';
import { type CommandsHost, CommandsService } from './commands-service.js';
import type { PluginCommands } from './plugin-commands.js';

/** Serves commands in a host. @param by who may run them, and what waits meanwhile */
export function openCommands(
  { dispatcher }: KindHost,
  by: Pick<CommandsHost, 'authority' | 'gate'>,
): KindPart<CommandsService, PluginCommands> {
  const service = new CommandsService({ dispatcher, ...by });
  return {
    service,
    requests: commandRequests(service),
    forPlugin: (scope) => commandsFor(scope, service),
  };
}

function commandsFor(
  { generation, assertOpen, given }: PluginScope,
  commands: Commands,
): PluginCommands {
  return Object.freeze({
    list: () => commands.list(),
    get: (name) => commands.get(name),
    async run(name, options) {
      assertOpen();
      const whole = asPartOf(name, generation.plugin, given('commands.run()', options));
      // A plugin can't vouch for anyone: the role comes from the call that the command is run for.
      return commands.run(name, { ...whole, auth: undefined });
    },
  } satisfies PluginCommands);
}
