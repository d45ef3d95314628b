import { Commands } from '../kinds/commands/index.js';
import { Hooks } from '../kinds/hooks/index.js';
import { Messaging } from '../kinds/messages/index.js';
import { Middleware } from '../kinds/middleware/index.js';
import { resultProblem, Tools } from '../kinds/tools/index.js';
import { Authority, TokenFile } from '../security/auth/index.js';
import { EventBus } from '../services/events/index.js';
import { Storage } from '../services/storage/index.js';
import { eventBusHost } from './event-bus-host.js';
import { hookReports } from './hook-reports.js';
import type { HostCore } from './host-core.js';
import { HostTopics } from './host-topics.js';
import { MissingGuards } from './missing-guards.js';

/** What a host gives its embedder and its plugins. */
export interface HostServices {
  readonly bus: EventBus;
  readonly messaging: Messaging;
  readonly tools: Tools;
  readonly storage: Storage;
  readonly hooks: Hooks;
  readonly middleware: Middleware;
  readonly commands: Commands;
}

/** Opens the services of a host, and lets them follow its changes. */
export function openServices(core: HostCore): HostServices {
  const { dispatcher, home, gate } = core;
  const bus = new EventBus(eventBusHost(core));
  const middleware = new Middleware({ dispatcher });
  const reports = hookReports(core);
  const hooks = new Hooks({
    dispatcher,
    hookMs: (id) => core.limitsFor(id).hookMs,
    payloadProblems: { AfterToolExecute: resultProblem },
    ...reports,
  });
  const tools = new Tools({ dispatcher, hooks, middleware, warn: reports.warn });
  const authority = new Authority(new TokenFile(home.token));
  core.listen(new MissingGuards(hooks, core));
  core.listen({
    registryChanged: (delta) => tools.changed(delta),
    configChanged: ({ plugin }) => tools.configured(plugin),
  });
  core.listen(new HostTopics(bus));
  return {
    bus,
    messaging: new Messaging({ dispatcher, middleware }),
    tools,
    storage: new Storage(home),
    hooks,
    middleware,
    commands: new Commands({ dispatcher, authority, gate }),
  };
}
