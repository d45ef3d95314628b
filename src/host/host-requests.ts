import type { RequestHandler, RequestHandlers } from '../instance/index.js';
import { type CommandsService, commandRequests } from '../kinds/commands/index.js';
import { type MessagingService, messageRequests } from '../kinds/messages/index.js';
import { type MiddlewareService, middlewareRequests } from '../kinds/middleware/index.js';
import { type ToolsService, toolRequests } from '../kinds/tools/index.js';
import { type StorageService, storageRequests } from '../services/storage/index.js';

/** What the host answers plugins with. */
export interface RequestServices {
  readonly storage: StorageService;
  readonly middleware: MiddlewareService;
  readonly tools: ToolsService;
  readonly commands: CommandsService;
  readonly messaging: MessagingService;
}

/**
 * What plugins may ask for with request(): what the host answers itself, and above it what the
 * embedder answers.
 */
export function hostRequests(
  { storage, middleware, tools, commands, messaging }: RequestServices,
  embedder: Readonly<Record<string, RequestHandler>>,
): RequestHandlers {
  return new Map(
    Object.entries({
      ...storageRequests(storage),
      ...middlewareRequests(middleware),
      ...toolRequests(tools),
      ...commandRequests(commands),
      ...messageRequests(messaging),
      ...embedder,
    }),
  );
}
