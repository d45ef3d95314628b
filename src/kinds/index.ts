import type { Kind } from '../abi/index.js';
import type { KindDefinition, KindDefinitions } from '../registry/index.js';
import { commandDefinition, type RegistersCommands } from './commands/index.js';
import { hookDefinition, type RegistersHooks } from './hooks/index.js';
import { messageDefinition } from './messages/index.js';
import { middlewareDefinition, type RegistersMiddleware } from './middleware/index.js';
import { type RegistersTools, toolDefinition } from './tools/index.js';

const SERVED: readonly KindDefinition[] = [
  toolDefinition,
  hookDefinition,
  middlewareDefinition,
  commandDefinition,
  messageDefinition,
];

/** The kinds that have a consumer; add() answers AISOPOD_E_UNSUPPORTED for any other. */
export const KIND_DEFINITIONS: KindDefinitions = new Map(
  SERVED.map((definition) => [definition.kind, definition]),
);

export const KINDS_SERVED: readonly Kind[] = [...KIND_DEFINITIONS.keys()];

/** What register() of a plugin in TypeScript calls, kind by kind. */
export interface RegistersKinds
  extends RegistersTools,
    RegistersCommands,
    RegistersHooks,
    RegistersMiddleware {}
