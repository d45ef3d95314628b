import type { AisopodError } from '../base/errors/index.js';
import { isTable, type JsonObject, jsonText } from '../base/json/index.js';
import {
  checkSchema,
  type JsonSchema,
  type PatternEngine,
  Validators,
} from '../base/schema/index.js';
import type { KeyPath } from '../base/shape/index.js';
import { nearest } from '../base/text/index.js';
import { mergeJson } from '../base/toml/index.js';
import type { ConfigSchema } from '../packages/manifest/index.js';
import { type ConfigFault, configFault } from './config-fault.js';
import { configError, problemsOf, type Remark } from './config-problems.js';
import { type Layer, layerOf, valueAt } from './layers.js';
import { partialSchema } from './partial-schema.js';
import { maySpoilSecret } from './schema-places.js';
import { type FoundSecret, replaceAt, takeSecrets, within } from './take-secrets.js';

/** What deciding about the configuration of a plugin needs. */
export interface ConfigSource {
  readonly plugin: string;
  /** null: the manifest says nothing, so that anything goes. */
  readonly schema: ConfigSchema | null;
  /** The engine for the schema's patterns. */
  readonly patterns: PatternEngine;
  /** From low to high. */
  readonly layers: readonly Layer[];
  /** Where a key that is missing is best written. */
  readonly home: Layer;
  /** Where secrets are looked up. */
  readonly env: NodeJS.ProcessEnv;
}

/** The configuration of a plugin, good throughout. */
export interface ResolvedConfig {
  /** As the plugin gets it, secrets and all. */
  readonly value: JsonObject;
  /** The places of its secrets, and what each is. */
  readonly secrets: readonly FoundSecret[];
  /** Secrets that stand in the configuration itself. */
  readonly warnings: readonly AisopodError[];
}

const validators = new Validators<ConfigFault>(configFault);

/**
 * Lays the layers over the defaults of the manifest, fetches the secrets, and holds each layer and
 * the result against the schema.
 *
 * @throws AisopodError CONFIG_INVALID, SECRET_UNAVAILABLE, with every fault of every layer, each at
 *   its place; details: `{ plugin, file, problems }`
 */
export function resolveConfig(source: ConfigSource): ResolvedConfig {
  const { plugin, schema, layers } = source;
  if (schema === null && layers.length === 0) return NOTHING;
  if (schema === null) return { ...NOTHING, value: mergedCopy(layers) };
  const engine = schemaEngine(source);
  const taken = takeSecrets(schema, source);
  const problems = taken.layers.flatMap((layer) => {
    const remarks = engine.part(layer.value).flatMap((fault) => {
      const secret = taken.secretAt(layer, fault.path);
      return secret === 'reference' ? [] : [remark(fault, schema, secret !== null)];
    });
    return problemsOf(layer, remarks);
  });
  const merged = taken.merge(schema.defaults);
  if (problems.length === 0) {
    for (const fault of engine.whole(merged.value)) {
      if (merged.without.some((path) => within(path, fault.path))) continue;
      const secret =
        merged.secrets.some(({ path }) => within(path, fault.path)) ||
        maySpoilSecret(schema.schema, fault.path);
      const layer = layerOf(taken.layers, fault.path) ?? source.home;
      problems.push(...problemsOf(layer, [remark(fault, schema, secret)]));
    }
  }
  const all = [...merged.problems, ...problems];
  if (all.length > 0) throw configError(plugin, all);
  return merged;
}

/** Of most plugins. */
const NOTHING: ResolvedConfig = Object.freeze({
  value: Object.freeze({}),
  secrets: Object.freeze([]),
  warnings: Object.freeze([]),
});

/** What the layers say, in objects of its own. */
function mergedCopy(layers: readonly Layer[]): JsonObject {
  return structuredClone(layers.map((layer) => layer.value).reduce(mergeJson, {}));
}

/** The texts that must not be shown of a configuration. */
export function secretTexts({ value, secrets }: ResolvedConfig): string[] {
  const texts: string[] = [];
  if (secrets.length === 0) return texts;
  const waiting = secrets.map(({ path }) => valueAt(value, path));
  while (waiting.length > 0) {
    const next = waiting.pop();
    if (typeof next === 'string' || typeof next === 'number') texts.push(String(next));
    else if (typeof next === 'object' && next !== null) waiting.push(...Object.values(next));
  }
  return texts;
}

/** The configuration as the plugin gets it, as JSON text. */
export function configText({ value }: ResolvedConfig): string {
  return value === NOTHING.value ? '{}' : jsonText(value);
}

/** The configuration as JSON text without its secrets: what of it may be kept on the disk. */
export function textWithoutSecrets({ value, secrets }: ResolvedConfig): string {
  if (value === NOTHING.value) return '{}';
  return jsonText(secrets.reduce<unknown>((each, { path }) => replaceAt(each, path, null), value));
}

/** The two validators of a schema: one for what a layer may say, one for all of it. */
function schemaEngine({ plugin, schema, patterns, home }: ConfigSource) {
  const whole = (schema as ConfigSchema).schema as JsonSchema;
  const { faults, expanded } = checkSchema(whole, patterns);
  if (faults.length > 0) {
    // The manifest was judged as if it could be trusted; these patterns can't be, for this one.
    const expected = 'a schema that this host can apply to a plugin that is not trusted';
    const remarks = faults.map(
      ({ path, message }): Remark => ({
        path: [],
        found: `a schema in its manifest whose ${path} is not allowed: ${message}`,
        expected,
        hint: null,
        code: 'CONFIG_INVALID',
      }),
    );
    throw configError(plugin, problemsOf(home, remarks));
  }
  const validate = (each: unknown) => (value: JsonObject) => {
    const validator = validators.get({ schema: each as JsonSchema, patterns, expanded });
    return validator(value, jsonText(value).length) ?? [];
  };
  return { part: validate(partialSchema(whole)), whole: validate(whole) };
}

function remark(fault: ConfigFault, { schema }: ConfigSchema, secret: boolean): Remark {
  const { path, found, expected, missing, unknown } = fault;
  const key = path.at(-1);
  const properties = isTable(schema) ? propertiesAt(schema, path.slice(0, -1)) : [];
  const near = unknown && typeof key === 'string' ? nearest(key, properties) : null;
  const hint =
    near === null ? (missing ? 'the plugin needs it' : null) : `did you mean \`${near}\`?`;
  const shown = secret && !missing && !unknown ? 'a secret (not shown)' : found;
  return { path, found: shown, expected, hint, code: 'CONFIG_INVALID' };
}

/** The names that a schema gives to what stands at a path, as far as `properties` lead. */
function propertiesAt(schema: Readonly<JsonObject>, path: KeyPath): string[] {
  const steps = path.flatMap((key) => ['properties', key]);
  const properties = valueAt(schema, [...steps, 'properties']);
  return isTable(properties) ? Object.keys(properties) : [];
}
