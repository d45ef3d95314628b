import type { PluginScope } from '../instance/index.js';
import type { KindDefinition, KindDefinitions, KindHost, KindPart } from '../registry/index.js';
import {
  type CommandsHost,
  commandDefinition,
  openCommands,
  type PluginCommands,
  type RegistersCommands,
} from './commands/index.js';
import {
  contextDefinition,
  openContexts,
  type PluginContexts,
  type RegistersContexts,
} from './contexts/index.js';
import {
  type ContextHooks,
  hookDefinition,
  openHooks,
  type RegistersHooks,
} from './hooks/index.js';
import { messageDefinition, openMessaging, type PluginMessaging } from './messages/index.js';
import {
  middlewareDefinition,
  openMiddleware,
  type PluginMiddleware,
  type RegistersMiddleware,
} from './middleware/index.js';
import {
  openPrompts,
  type PluginPrompts,
  promptDefinition,
  type RegistersPrompts,
} from './prompts/index.js';
import {
  openTools,
  type PluginTools,
  type RegistersTools,
  resultProblem,
  toolDefinition,
} from './tools/index.js';

/** The kinds that have a consumer; add() answers AISOPOD_E_UNSUPPORTED for any other. */
export const KINDS_SERVED: readonly KindDefinition[] = [
  toolDefinition,
  hookDefinition,
  middlewareDefinition,
  commandDefinition,
  messageDefinition,
  promptDefinition,
  contextDefinition,
];

/** The same, by kind. */
export const KIND_DEFINITIONS: KindDefinitions = new Map(
  KINDS_SERVED.map((definition) => [definition.kind, definition]),
);

/** What register() of a plugin in TypeScript calls, kind by kind. */
export interface RegistersKinds
  extends RegistersTools,
    RegistersCommands,
    RegistersHooks,
    RegistersMiddleware,
    RegistersPrompts,
    RegistersContexts {}

/** What the services of all kinds need of a host. */
export type KindsHost = KindHost & Pick<CommandsHost, 'authority' | 'gate'>;

/** Serves all kinds in a host, under the names of `PluginHost`; those that others stand on come first. */
export function openKinds(host: KindsHost) {
  const middleware = openMiddleware(host);
  const messaging = openMessaging(host, middleware.service);
  const hooks = openHooks(host, { AfterToolExecute: resultProblem });
  const tools = openTools(host, { hooks: hooks.service, middleware: middleware.service });
  const commands = openCommands(host, host);
  const prompts = openPrompts(host);
  const contexts = openContexts(host);
  return { middleware, messaging, hooks, tools, commands, prompts, contexts } satisfies Record<
    string,
    KindPart
  >;
}

/** The services of all kinds in one host. */
export type Kinds = ReturnType<typeof openKinds>;

/** The kinds as a plugin in TypeScript has them in its context. */
export interface PluginKinds {
  readonly messaging: PluginMessaging;
  readonly tools: PluginTools;
  readonly commands: PluginCommands;
  readonly hooks: ContextHooks;
  readonly middleware: PluginMiddleware;
  readonly prompts: PluginPrompts;
  readonly contexts: PluginContexts;
}

/** What each kind gives one plugin in TypeScript. */
export function kindsFor(scope: PluginScope, kinds: Kinds): PluginKinds {
  return {
    messaging: kinds.messaging.forPlugin(scope),
    tools: kinds.tools.forPlugin(scope),
    commands: kinds.commands.forPlugin(scope),
    hooks: kinds.hooks.forPlugin(scope),
    middleware: kinds.middleware.forPlugin(scope),
    prompts: kinds.prompts.forPlugin(scope),
    contexts: kinds.contexts.forPlugin(scope),
  };
}
