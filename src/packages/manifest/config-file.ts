import { readInside } from '../../base/files/index.js';
import {
  isTable,
  type JsonObject,
  JsonTextFault,
  jsonText,
  parseJsonFile,
} from '../../base/json/index.js';
import { checkSchema } from '../../base/schema/index.js';
import { type Findings, type Place, under } from '../../base/shape/index.js';
import { toJson } from '../../base/toml/index.js';
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
  if (Buffer.byteLength(jsonText(schema)) > MAX_BYTES) {
    findings.error(under(null, 'config'), schema, `a schema of at most ${MAX_BYTES} bytes of JSON`);
    return null;
  }
  const modern = judge(schema, table.file, findings);
  if (modern === null) return null;
  return {
    file: table.file,
    schema: modern,
    defaults: configDefaults(modern),
    secrets: configSecrets(modern),
  };
}

/**
 * The schema in the words of 2020-12; each fault is reported where it stands.
 * @returns null when it is not legal
 */
function judge(schema: JsonObject, file: string | null, findings: Findings): JsonObject | null {
  const { schema: modern, faults } = checkSchema(schema, 'guarded');
  const config = under(null, 'config');
  for (const { path, message } of faults) {
    if (file === null) {
      const [place, found] = locate(schema, path, config);
      findings.error(place, found, 'a legal JSON Schema', { hint: message });
    } else {
      const hint = `${path === '' ? '' : `at ${path}: `}${message}`;
      findings.error(config, file, 'a file that holds a legal JSON Schema', { hint });
    }
  }
  return faults.length === 0 ? (modern as JsonObject) : null;
}

/** The place in the manifest, and the value, that a JSON pointer into the schema means. */
function locate(schema: JsonObject, pointer: string, config: Place): [Place, unknown] {
  let place = config;
  let value: unknown = schema;
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    place = under(place, Array.isArray(value) ? Number(key) : key);
    value = isTable(value) || Array.isArray(value) ? Reflect.get(value, key) : undefined;
  }
  return [place, value];
}

function readFile(file: string, dir: string, findings: Findings): JsonObject | null {
  const place = under(null, 'config');
  const refuse = (hint: string): null => {
    findings.error(place, file, 'a .json file in the folder that holds a JSON Schema', { hint });
    return null;
  };
  let parsed: unknown;
  try {
    parsed = parseJsonFile(readInside(dir, file, MAX_BYTES));
  } catch (error) {
    if (!(error instanceof JsonTextFault)) {
      return refuse(error instanceof Error ? error.message : String(error));
    }
    const { line, column } = error.place;
    return refuse(`line ${line}, column ${column}: ${error.described}`);
  }
  if (!isTable(parsed)) return refuse('it holds no object');
  if (parsed.type !== undefined && parsed.type !== 'object') {
    return refuse('its `type` is not "object"');
  }
  return toJson(parsed, place, findings) as JsonObject;
}
