import type { RequestHandler, RequestHandlers } from '../instance/index.js';
import type { Commands } from '../kinds/commands/index.js';
import type { Contexts } from '../kinds/contexts/index.js';
import type { Hooks } from '../kinds/hooks/index.js';
import { type Kinds, openKinds } from '../kinds/index.js';
import type { Messaging } from '../kinds/messages/index.js';
import type { Middleware } from '../kinds/middleware/index.js';
import type { Prompts } from '../kinds/prompts/index.js';
import type { Tools } from '../kinds/tools/index.js';
import type { KindPart } from '../registry/index.js';
import { Authority, TokenFile } from '../security/auth/index.js';
import { EventBusService } from '../services/events/index.js';
import { StorageService, storageRequests } from '../services/storage/index.js';
import type { HostCore } from './host-core.js';
import { HostTopics } from './host-topics.js';
import { MissingGuards } from './missing-guards.js';
import { eventBusHost, hookReports } from './service-hosts.js';

/** What a host gives its embedder and its plugins. */
export interface HostServices {
  readonly bus: EventBusService;
  readonly storage: StorageService;
  readonly kinds: Kinds;
}

/** What a host serves of each kind, as an embedder sees it. */
export class HostKinds {
  readonly messaging: Messaging;
  readonly tools: Tools;
  readonly hooks: Hooks;
  readonly middleware: Middleware;
  readonly commands: Commands;
  readonly prompts: Prompts;
  readonly contexts: Contexts;

  /** @param kinds what serves each of them */
  constructor(kinds: { readonly [K in keyof HostKinds]: { readonly service: HostKinds[K] } }) {
    this.messaging = kinds.messaging.service;
    this.tools = kinds.tools.service;
    this.hooks = kinds.hooks.service;
    this.middleware = kinds.middleware.service;
    this.commands = kinds.commands.service;
    this.prompts = kinds.prompts.service;
    this.contexts = kinds.contexts.service;
  }
}

/** Opens the services of a host, and lets them follow its changes. */
export function openServices(core: HostCore): HostServices {
  const bus = new EventBusService(eventBusHost(core));
  const kinds = openKinds({
    dispatcher: core.dispatcher,
    gate: core.gate,
    authority: new Authority(new TokenFile(core.home.token)),
    limitsFor: (id) => core.limitsFor(id),
    listedDifferently: () => void core.events.emit('registryChanged'),
    ...hookReports(core),
  });
  core.listen(new MissingGuards(kinds.hooks.service, core));
  for (const part of Object.values<KindPart>(kinds)) {
    core.listen({
      registryChanged: (delta) => part.changed?.(delta),
      configChanged: ({ plugin }) => part.configured?.(plugin),
    });
  }
  core.listen(new HostTopics(bus));
  const storage = new StorageService(core.home, (id) => core.limitsFor(id).storageBytes);
  return { bus, storage, kinds };
}

/**
 * What plugins may request: what the storage and the kinds answer, and above it what the embedder
 * answers.
 */
export function hostRequests(
  { storage, kinds }: HostServices,
  embedder: Readonly<Record<string, RequestHandler>>,
): RequestHandlers {
  const ofKinds = Object.values<KindPart>(kinds).map(({ requests }) => requests);
  return new Map(Object.entries(Object.assign({}, storageRequests(storage), ...ofKinds, embedder)));
}
