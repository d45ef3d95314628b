/** The kinds of plugin.h, in its order. */
export const KINDS = [
  'tool',
  'command',
  'hook',
  'prompt',
  'context',
  'channel',
  'provider',
  'server',
  'middleware',
  'message',
] as const;

/** What a plugin can register. */
export type Kind = (typeof KINDS)[number];

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
