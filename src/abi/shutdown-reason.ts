/** AISOPOD_SHUTDOWN_* of plugin.h. */
export const ShutdownReason = {
  /** The host closes. */
  close: 0,
  /** The plugin is unloaded, disabled or removed. */
  unload: 1,
  /** A newer instance serves or follows. */
  reload: 2,
  /** init was late, or the start failed after it. */
  undo: 3,
} as const;

/** Why an instance ends. */
export type ShutdownReason = keyof typeof ShutdownReason;
