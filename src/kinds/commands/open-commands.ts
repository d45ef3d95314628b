import { AisopodError } from '../../base/errors/index.js';
import { isObject } from '../../base/json/index.js';
import {
  asPartOf,
  makerOf,
  type PluginScope,
  type RequestHandler,
  withinCall,
} from '../../instance/index.js';
import type { KindHost, KindPart } from '../../registry/index.js';
import type { CommandRunOptions, Commands } from './commands.js';
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
      const whole = asPartOf(name, generation, given('commands.run()', options));
      // A plugin can't vouch for anyone: the role comes from the call that the command is run for.
      return commands.run(name, { ...whole, auth: undefined });
    },
  } satisfies PluginCommands);
}

/**
 * `command.run` `{command, args?, stdin?}`: a plugin runs a command of any plugin and waits for its
 * result. It runs with the user of the call that the plugin makes it for; a request that belongs to no
 * call has no user.
 */
export function commandRequests(commands: Commands): Record<string, RequestHandler> {
  return {
    'command.run': (params, info) => {
      const { signal, timeoutMs, context } = info;
      const { command, args, stdin } = wanted(params);
      return commands.run(command, {
        args,
        stdin,
        signal,
        timeoutMs: Math.max(1, timeoutMs),
        context: withinCall(context, command, makerOf(info), info),
      });
    },
  };
}

/** run() judges what is in it. */
function wanted(params: unknown): { command: string } & Pick<CommandRunOptions, 'args' | 'stdin'> {
  const found = isObject(params) ? params : {};
  const { command } = found;
  if (typeof command === 'string') return { ...found, command };
  throw new AisopodError(
    'INVALID',
    'command.run needs {"command": "plugin-id:command", "args": ["..."], "stdin": "..."}; only ' +
      '"command" is required.',
  );
}
