/** What a plugin can register. */
export type Kind =
  | 'tool'
  | 'command'
  | 'hook'
  | 'prompt'
  | 'context'
  | 'channel'
  | 'provider'
  | 'server'
  | 'middleware'
  | 'message';

/** What a plugin can provide, as its manifest spells it: a key of `[capabilities]`. */
export type Capability =
  | 'tools'
  | 'commands'
  | 'hooks'
  | 'prompts'
  | 'contexts'
  | 'channels'
  | 'providers'
  | 'servers'
  | 'middleware';

/**
 * The kinds of plugin.h, in its order, each with its key under `[capabilities]` of a manifest; null: a
 * manifest does not list it.
 */
const CAPABILITY_KEYS: Readonly<Record<Kind, Capability | null>> = {
  tool: 'tools',
  command: 'commands',
  hook: 'hooks',
  prompt: 'prompts',
  context: 'contexts',
  channel: 'channels',
  provider: 'providers',
  server: 'servers',
  middleware: 'middleware',
  message: null,
};

export const KINDS = Object.keys(CAPABILITY_KEYS) as readonly Kind[];

export const CAPABILITIES: readonly Capability[] = Object.values(CAPABILITY_KEYS).filter(
  (key) => key !== null,
);

/** Returns the key under `[capabilities]` for a kind; undefined: a manifest does not list it. */
export function capabilityOf(kind: string): Capability | undefined {
  if (!Object.hasOwn(CAPABILITY_KEYS, kind)) return undefined;
  return CAPABILITY_KEYS[kind as Kind] ?? undefined;
}

/** A kind that a host serves, and how the core judges the names of its registrations. */
export interface ServedKind {
  readonly kind: Kind;
  /**
   * unique: a plugin registers a name once, whatever its case. repeatable: several times. single: a
   * plugin registers one in all, whatever its name.
   */
  readonly names: 'unique' | 'repeatable' | 'single';
}

/** AISOPOD_F_* of plugin.h that a registration may have. */
export const RegistrationFlag = {
  /** The handler may run concurrently with itself and its siblings. */
  PARALLEL: 1 << 0,
  /** The handler runs on the event loop of the host. */
  INLINE: 1 << 1,
} as const;

/** One subscription to events as the plugin made it; native code has checked its pattern. */
export interface RawSubscription {
  /** Its aisopod_token; below 2^53. */
  readonly token: number;
  readonly pattern: string;
}

/** One registration as the plugin made it, before the host has judged its spec. */
export interface RawRegistration {
  /** Its aisopod_token; below 2^53. */
  readonly token: number;
  readonly kind: Kind;
  readonly name: string;
  /** JSON text: one complete value, checked by native code. */
  readonly spec: string;
  /** RegistrationFlag bits. */
  readonly flags: number;
}
