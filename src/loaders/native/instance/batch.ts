import type { RawRegistration } from '../../../abi/index.js';
import { AisopodError } from '../../../base/errors/index.js';

/** How many refused registrations a message names; details have them all. */
const REFUSALS_NAMED = 10;

/** What one instance registers, and what the core refused of it. */
export class Batch {
  /** Registrations that this host doesn't serve: the plugin carries on without them. */
  readonly warnings: AisopodError[] = [];
  readonly #plugin: string;
  #registrations: RawRegistration[] = [];
  readonly #refusals: string[] = [];

  constructor(plugin: string) {
    this.#plugin = plugin;
  }

  add(registration: RawRegistration): void {
    this.#registrations.push(registration);
  }

  /** @param unserved the fault is this host's, which does not serve that kind */
  refused(kind: string, name: string, why: string, unserved: boolean): void {
    const text = `${kind} "${name}": ${why}`;
    if (!unserved) {
      this.#refusals.push(text);
      return;
    }
    const message = `plugin ${this.#plugin} registers what is not served: ${text}`;
    this.warnings.push(new AisopodError('UNSUPPORTED', message, { details: { kind, name } }));
  }

  /**
   * Hands over all of it, once on_register has returned.
   * @throws AisopodError REGISTER_FAILED when one was refused
   */
  whole(): readonly RawRegistration[] {
    const refused = this.#refusals;
    if (refused.length === 0) {
      const all = Object.freeze(this.#registrations);
      this.#registrations = [];
      return all;
    }
    const more = refused.length - REFUSALS_NAMED;
    throw new AisopodError(
      'REGISTER_FAILED',
      `plugin ${this.#plugin}: ${refused.length} registration(s) were refused, so none ` +
        `counts: ${refused.slice(0, REFUSALS_NAMED).join('; ')}` +
        (more > 0 ? `; and ${more} more` : ''),
      { details: { refused } },
    );
  }
}
