/** Flags of aisopod_plugin_desc. */
export const PluginFlag = {
  /** At most one instance may be alive in a process. */
  SINGLE: 1 << 0,
} as const;
