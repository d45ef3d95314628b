/** AISOPOD_LOG_* of plugin.h. The core sends these only: another level is the next lower one. */
export const LogLevel = {
  TRACE: 10,
  DEBUG: 20,
  INFO: 30,
  WARN: 40,
  ERROR: 50,
  HOST_MISBEHAVING: 60,
} as const;
