import type { Plugin } from '../plugins/plugin.js';

/**
 * All that plugins need, directly or through others: what they can do without too, if it is there.
 * @param byId all that can be needed
 * @returns each with one that needs it
 */
export function neededBy(
  plugins: readonly Plugin[],
  byId: ReadonlyMap<string, Plugin>,
): ReadonlyMap<Plugin, Plugin> {
  const needed = new Map<Plugin, Plugin>();
  const waiting = [...plugins];
  for (let each = waiting.pop(); each !== undefined; each = waiting.pop()) {
    for (const id in each.upcoming.manifest.dependencies) {
      const other = byId.get(id);
      if (other === undefined || needed.has(other)) continue;
      needed.set(other, each);
      waiting.push(other);
    }
  }
  return needed;
}
