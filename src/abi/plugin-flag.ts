/** AISOPOD_PLUGIN_* of plugin.h: flags of aisopod_plugin_desc. */
export const PluginFlag = {
  /** At most one instance of the id may be alive in a process. */
  SINGLE: 1 << 0,
} as const;
