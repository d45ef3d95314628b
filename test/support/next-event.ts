import type { HostEventMap, PluginHost } from 'aisopod';

/** Resolves with what the next event of that name of a host brings. */
export function nextEvent<K extends keyof HostEventMap>(
  { events }: PluginHost,
  name: K,
): Promise<HostEventMap[K]> {
  return new Promise((resolve) => {
    events.once(name, (...args) => resolve(args));
  });
}
