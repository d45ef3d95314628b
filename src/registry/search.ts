import type { PluginBatch, RegisteredPlugin } from './entry.js';

/** How much a word counts by where it was found: id, name, keyword, registration, the rest. */
function score(word: string, { plugin, entries }: PluginBatch): number {
  const has = (text: string | undefined) => text?.toLowerCase().includes(word) ?? false;
  if (plugin.id === word) return 6;
  if (has(plugin.id)) return 5;
  if (has(plugin.name)) return 4;
  if (plugin.keywords?.some(has)) return 3;
  if (entries.some((entry) => has(entry.name))) return 2;
  return has(plugin.description) || has(plugin.author) ? 1 : 0;
}

/**
 * Plugins in which every word of `text` occurs, whatever the case: in id, name, keywords, names of
 * registrations, description or author. The best match comes first, ties by id; an empty text
 * finds nothing.
 */
export function searchPlugins(text: string, batches: Iterable<PluginBatch>): RegisteredPlugin[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  const hits: { plugin: RegisteredPlugin; total: number }[] = [];
  for (const batch of batches) {
    const scores = words.map((word) => score(word, batch));
    if (scores.includes(0)) continue;
    hits.push({ plugin: batch.plugin, total: scores.reduce((sum, each) => sum + each, 0) });
  }
  hits.sort((a, b) => b.total - a.total || (a.plugin.id < b.plugin.id ? -1 : 1));
  return hits.map((hit) => hit.plugin);
}
