import type { Logger } from '../base/logging/index.js';
import type { Config, Limits } from '../config/index.js';
import type { Home } from '../home/paths/index.js';
import type { RequestHandlers } from '../instance/index.js';
import type { KnownLibraries } from '../loaders/native/copies/known-libraries.js';
import type { Registry } from '../registry/index.js';
import type { EventBus } from '../services/events/index.js';

/** What starting plugins needs from the host. */
export interface StartContext {
  readonly home: Home;
  readonly config: Config;
  readonly registry: Registry;
  readonly bus: EventBus;
  readonly logger: Logger;
  readonly requests: RequestHandlers;
  readonly libraries: KnownLibraries;
  /** The limits that hold for a plugin. */
  readonly limitsFor: (id: string) => Limits;
  readonly strict: boolean;
}
