import type { JsonObject } from '../../base/json/index.js';
import { Findings, under } from '../../base/shape/index.js';
import { problemsOf } from '../../base/toml/index.js';
import { joinKeys } from './join-keys.js';
import type { ManifestReading } from './read-manifest.js';
import { manifestShape } from './shape.js';

/**
 * The manifest of a plugin that is code of the host's own program: the same keys by the same rules,
 * though nothing of it lies in a file.
 *
 * @param source stands where the path of the manifest would
 * @param table as in a manifest, without plugin.entry and runtime
 * @returns never throws: what is wrong stands in `errors`, with the code MANIFEST_INVALID
 */
export function manifestOfCode(source: string, table: JsonObject): ManifestReading {
  const findings = new Findings('MANIFEST_INVALID');
  const plugin = { ...(table.plugin as JsonObject), entry: 'builtin' };
  const whole = { ...table, plugin, runtime: { loader: 'builtin' } };
  const read = manifestShape.read(whole, null, findings);
  const file = read?.config?.file ?? null;
  if (file !== null) findings.error(under(null, 'config'), file, 'the schema itself, not a file');
  const config = file === null ? read?.config : null;
  const manifest = read ? joinKeys(source, { ...read, config }, findings) : null;
  return {
    manifest: manifest && Object.freeze({ ...manifest, file: source, dir: source }),
    ...problemsOf(findings, source, null),
  };
}
