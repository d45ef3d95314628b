import { CommandsService } from '../kinds/commands/index.js';
import { HooksService } from '../kinds/hooks/index.js';
import { MessagingService } from '../kinds/messages/index.js';
import { MiddlewareService } from '../kinds/middleware/index.js';
import { resultProblem, ToolsService } from '../kinds/tools/index.js';
import { Authority, TokenFile } from '../security/auth/index.js';
import { EventBusService } from '../services/events/index.js';
import { StorageService } from '../services/storage/index.js';
import { eventBusHost } from './event-bus-host.js';
import { hookReports } from './hook-reports.js';
import type { HostCore } from './host-core.js';
import { HostTopics } from './host-topics.js';
import { MissingGuards } from './missing-guards.js';

/** What a host gives its embedder and its plugins. */
export interface HostServices {
  readonly bus: EventBusService;
  readonly messaging: MessagingService;
  readonly tools: ToolsService;
  readonly storage: StorageService;
  readonly hooks: HooksService;
  readonly middleware: MiddlewareService;
  readonly commands: CommandsService;
}

/** Opens the services of a host, and lets them follow its changes. */
export function openServices(core: HostCore): HostServices {
  const { dispatcher, home, gate } = core;
  const bus = new EventBusService(eventBusHost(core));
  const middleware = new MiddlewareService({ dispatcher });
  const reports = hookReports(core);
  const hooks = new HooksService({
    dispatcher,
    hookMs: (id) => core.limitsFor(id).hookMs,
    payloadProblems: { AfterToolExecute: resultProblem },
    ...reports,
  });
  const tools = new ToolsService({ dispatcher, hooks, middleware, warn: reports.warn });
  const authority = new Authority(new TokenFile(home.token));
  core.listen(new MissingGuards(hooks, core));
  core.listen({
    registryChanged: (delta) => tools.changed(delta),
    configChanged: ({ plugin }) => tools.configured(plugin),
  });
  core.listen(new HostTopics(bus));
  return {
    bus,
    messaging: new MessagingService({ dispatcher, middleware }),
    tools,
    storage: new StorageService(home),
    hooks,
    middleware,
    commands: new CommandsService({ dispatcher, authority, gate }),
  };
}
