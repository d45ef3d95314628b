/** AISOPOD_LOG_* of plugin.h. The core sends these only: another level is the next lower one. */
export const LogLevel = {
  TRACE: 10,
  DEBUG: 20,
  INFO: 30,
  WARN: 40,
  ERROR: 50,
  HOST_MISBEHAVING: 60,
} as const;

/** AISOPOD_PLUGIN_* of plugin.h: flags of aisopod_plugin_desc. */
export const PluginFlag = {
  /** At most one instance of the id may be alive in a process. */
  SINGLE: 1 << 0,
} as const;

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
