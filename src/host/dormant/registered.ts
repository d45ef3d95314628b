import type { RawRegistration } from '../../abi/index.js';
import type { PluginInstance } from '../../instance/index.js';

/** A registration of a kind that the host does not serve. */
export interface Unserved {
  readonly kind: string;
  readonly name: string;
  /** What the host says about it. */
  readonly message: string;
}

/** All that a plugin does while it registers, in its order. */
export interface Registered {
  readonly registrations: readonly Omit<RawRegistration, 'token'>[];
  /** The patterns of its subscriptions. */
  readonly subscriptions: readonly string[];
  readonly unserved: readonly Unserved[];
}

/** What an instance has registered, without the tokens of this run. */
export function registeredBy(
  raws: readonly RawRegistration[],
  { subscriptions = [], warnings }: Pick<PluginInstance, 'subscriptions' | 'warnings'>,
): Registered {
  return {
    registrations: raws.map(({ kind, name, spec, flags }) => ({ kind, name, spec, flags })),
    subscriptions: subscriptions.map(({ pattern }) => pattern),
    unserved: warnings.map(({ message, details }) => {
      const { kind, name } = details as { kind: string; name: string };
      return { kind, name, message };
    }),
  };
}
