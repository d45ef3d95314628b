import type { PluginHost } from '../host/index.js';

/** What of a list clients are shown: a disabled plugin keeps its names, and nothing of it can be called. */
export function shownOf<T extends { readonly plugin: string }>(
  host: PluginHost,
  infos: readonly T[],
): T[] {
  const isOff = new Map<string, boolean>();
  for (const { plugin } of infos) {
    if (isOff.has(plugin)) continue;
    isOff.set(plugin, host.plugins.get(plugin)?.state === 'disabled');
  }
  return infos.filter(({ plugin }) => isOff.get(plugin) === false);
}
