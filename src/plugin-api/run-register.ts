import { AisopodError } from '../base/errors/index.js';
import { isThenable } from '../base/time/index.js';
import type { Registered } from '../loaders/embedded/index.js';
import { Builder, type BuilderLimits, type Subscription } from './builder.js';
import type { PluginApi } from './plugin-api.js';

/** What register() came to, and the events that it asked for. */
export interface RegisteredAll extends Registered {
  readonly subscriptions: readonly Subscription[];
}

/** How many refused registrations a message names; details have them all. */
const REFUSALS_TOLD = 10;

/**
 * Runs register() with a builder of its own.
 * @param plugin id, for messages
 * @throws what register() throws; AisopodError REGISTER_FAILED when it is asynchronous, or when a
 *   registration was refused, whether or not the plugin caught that
 */
export function runRegister(
  plugin: string,
  register: (api: PluginApi) => unknown,
  limits: BuilderLimits,
): RegisteredAll {
  const builder = new Builder(plugin, limits);
  const { registrations, handlers, subscriptions, refusals, warnings } = builder;
  try {
    refusePromise(plugin, register(builder.api));
  } catch (error) {
    // All that was refused says more than the first of it, which register() did not catch.
    if (refusals.length === 0) throw error;
  } finally {
    builder.close();
  }
  if (refusals.length > 0) throw refused(plugin, refusals);
  return { registrations: Object.freeze(registrations), handlers, subscriptions, warnings };
}

function refusePromise(plugin: string, returned: unknown): void {
  if (!isThenable(returned)) return;
  returned.then(undefined, () => {}); // it has failed already
  throw new AisopodError(
    'REGISTER_FAILED',
    `plugin ${plugin}: register() returned a promise, so what it does later would be lost. ` +
      'Register at once, and do what has to be waited for in init().',
  );
}

function refused(plugin: string, refusals: readonly string[]): AisopodError {
  const more = refusals.length - REFUSALS_TOLD;
  return new AisopodError(
    'REGISTER_FAILED',
    `plugin ${plugin}: ${refusals.length} registration(s) were refused, so none counts: ` +
      refusals.slice(0, REFUSALS_TOLD).join('; ') +
      (more > 0 ? `; and ${more} more` : ''),
    { details: { refused: refusals } },
  );
}
