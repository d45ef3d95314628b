import { readFileSync, realpathSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { type Findings, isTable, type JsonObject, toJson, under } from '../toml/index.js';
import { configDefaults, configSecrets } from './config-schema.js';
import type { ConfigTable } from './config-table.js';
import type { ConfigSchema } from './plugin-manifest.js';

// The limit for any schema of a stranger.
const MAX_BYTES = 64 * 1024;

/**
 * The schema of `[config]`, from the manifest or from the file beside it, with its defaults.
 * @param dir the plugin's folder
 * @returns null after something was reported
 */
export function readConfigSchema(
  table: ConfigTable,
  dir: string,
  findings: Findings,
): ConfigSchema | null {
  const schema = table.schema ?? readFile(table.file, dir, findings);
  if (!schema) return null;
  if (Buffer.byteLength(JSON.stringify(schema)) > MAX_BYTES) {
    findings.error(under(null, 'config'), schema, `a schema of at most ${MAX_BYTES} bytes of JSON`);
    return null;
  }
  return {
    file: table.file,
    schema,
    defaults: configDefaults(schema),
    secrets: configSecrets(schema),
  };
}

function readFile(file: string, dir: string, findings: Findings): JsonObject | null {
  const place = under(null, 'config');
  const refuse = (hint: string): null => {
    findings.error(place, file, 'a .json file in the folder that holds a JSON Schema', { hint });
    return null;
  };
  let parsed: unknown;
  try {
    const real = realpathSync.native(join(dir, file));
    if (!real.startsWith(realpathSync.native(dir) + sep)) return refuse('it leaves the folder');
    const stat = statSync(real);
    if (!stat.isFile()) return refuse('it is no plain file');
    if (stat.size > MAX_BYTES) return refuse(`it is larger than ${MAX_BYTES} bytes`);
    parsed = JSON.parse(readFileSync(real, 'utf8'));
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
  if (!isTable(parsed)) return refuse('it holds no object');
  if (parsed.type !== undefined && parsed.type !== 'object') {
    return refuse('its `type` is not "object"');
  }
  return toJson(parsed, place, findings) as JsonObject;
}
