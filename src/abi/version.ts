/** AISOPOD_ABI_MAJOR of plugin.h: the major version of the ABI that this host speaks. */
export const ABI_MAJOR = 1;

/** AISOPOD_ABI_MINOR_MAX of plugin.h: the newest minor version that this host knows. */
export const ABI_MINOR = 0;

/** AISOPOD_ENTRY_STRING of plugin.h: the one function that a plugin exports. */
export const ENTRY_SYMBOL = `aisopod_plugin_v${ABI_MAJOR}`;
