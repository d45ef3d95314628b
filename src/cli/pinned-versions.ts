import { show } from '../base/text/index.js';
import type { HostConfig } from '../config/index.js';
import { isPluginId } from '../home/plugin-id.js';
import type { PinOf } from '../packages/discovery/index.js';
import { isRange } from '../packages/manifest/index.js';
import { usageError } from './usage-error.js';

/**
 * Reads the options --use, each `ID@RANGE`.
 * @returns the ranges by id; none: undefined
 * @throws AisopodError USAGE
 */
export function versionsOf(use: readonly string[]): Readonly<Record<string, string>> | undefined {
  if (use.length === 0) return undefined;
  const versions = new Map<string, string>();
  for (const each of use) {
    const at = each.indexOf('@');
    const [id, range] = at < 0 ? [each, ''] : [each.slice(0, at), each.slice(at + 1)];
    if (!isPluginId(id)) throw wrong(each, `${show(id)} is not the id of a plugin`);
    if (!isRange(range)) throw wrong(each, `${show(range)} is not a range of versions`);
    const other = versions.get(id);
    if (other !== undefined && other !== range) throw wrong(each, `${id}@${other} was given too`);
    versions.set(id, range);
  }
  return Object.fromEntries(versions);
}

/** The pins of a host that is opened with these options and this configuration. */
export function pinOf(use: readonly string[], config: HostConfig): PinOf {
  const versions = new Map(Object.entries(versionsOf(use) ?? {}));
  return (id) => {
    const range = versions.get(id);
    return range === undefined ? config.pinFor(id) : { range, by: '--use' };
  };
}

function wrong(found: string, why: string) {
  const text = `--use takes an id and a range, as in --use calc@^1.2, but ${why}.`;
  return usageError(text, { option: '--use', found });
}
