import type { RequestHandler, RequestHandlers } from '../instance/index.js';
import { type Commands, commandRequests } from '../kinds/commands/index.js';
import { type MessagingService, messageRequests } from '../kinds/messages/index.js';
import { type MiddlewareService, middlewareRequests } from '../kinds/middleware/index.js';
import { type Tools, toolRequests } from '../kinds/tools/index.js';
import { type Storage, storageRequests } from '../services/storage/index.js';

/** What the host answers plugins with. */
export interface RequestServices {
  readonly storage: Storage;
  readonly middleware: MiddlewareService;
  readonly tools: Tools;
  readonly commands: Commands;
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
