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

/** The title that clients show to people: a name that was made to be unique says little to them. */
export function titleOf(info: {
  readonly name: string;
  readonly wireName: string;
  readonly fullName: string;
  readonly title?: string | undefined;
}): { readonly title?: string } {
  if (info.title !== undefined) return { title: info.title };
  return info.wireName === info.name ? {} : { title: info.fullName };
}
