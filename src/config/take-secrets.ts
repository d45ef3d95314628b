import { AisopodError } from '../base/errors/index.js';
import { isTable, type JsonObject } from '../base/json/index.js';
import type { KeyPath } from '../base/shape/index.js';
import { formatProblem, mergeJson, type Problem } from '../base/toml/index.js';
import type { ConfigSchema } from '../packages/manifest/index.js';
import { problemsOf, type Remark } from './config-problems.js';
import { type Layer, layerOf, valueAt } from './layers.js';
import { REDACTED } from './redactor.js';
import { maySpoilSecret, secretPlaces } from './schema-places.js';
import {
  fetchSecret,
  type SecretReference,
  secretReference,
  showReference,
} from './secret-reference.js';

/** A secret in a configuration. */
export interface FoundSecret {
  readonly path: KeyPath;
  /** Where it is kept; null when it stands in the configuration itself. */
  readonly reference: SecretReference | null;
}

/** Layers in which each reference to a secret is one text, which merging can't take apart. */
interface Taken {
  readonly layers: readonly Layer[];
  /** Whether a secret stands at or around that place of a layer, and whether it is a reference. */
  secretAt(layer: Layer, path: KeyPath): 'reference' | 'literal' | null;
  /** All layers over the defaults, to be shown: in the place of each secret a text says so. */
  show(defaults: Readonly<JsonObject>): {
    readonly value: JsonObject;
    readonly secrets: readonly KeyPath[];
  };
  /** All layers over the defaults, with the secrets that count in them. */
  merge(defaults: Readonly<JsonObject>): {
    readonly value: JsonObject;
    readonly secrets: readonly FoundSecret[];
    readonly warnings: readonly AisopodError[];
    readonly problems: readonly Problem[];
    /** Places whose secret could not be had. */
    readonly without: readonly KeyPath[];
  };
}

// No file can hold it: TOML has no such character.
const MARK = '\u0000secret ';

/** Finds the secrets in the layers of a plugin. */
export function takeSecrets(
  { schema }: ConfigSchema,
  { layers, env, plugin }: { layers: readonly Layer[]; env: NodeJS.ProcessEnv; plugin: string },
): Taken {
  const references: SecretReference[] = [];
  const places = new Map<string, readonly KeyPath[]>();
  const marked = layers.map((layer) => {
    let { value } = layer;
    places.set(layer.name, secretPlaces(schema, value));
    for (const path of places.get(layer.name) ?? []) {
      const reference = secretReference(valueAt(value, path));
      if (reference === null) continue;
      value = replaceAt(value, path, `${MARK}${references.push(reference) - 1}`) as JsonObject;
    }
    return { ...layer, value };
  });
  const referenceIn = (value: unknown): SecretReference | null =>
    typeof value === 'string' && value.startsWith(MARK)
      ? (references[Number(value.slice(MARK.length))] ?? null)
      : null;
  const over = (defaults: Readonly<JsonObject>): JsonObject =>
    structuredClone(marked.map((layer) => layer.value).reduce(mergeJson, defaults));
  return {
    layers: marked,
    secretAt(layer, path) {
      const place = places.get(layer.name)?.find((each) => within(each, path));
      if (place === undefined) return maySpoilSecret(schema, path) ? 'literal' : null;
      return referenceIn(valueAt(layer.value, place)) === null ? 'literal' : 'reference';
    },
    show(defaults) {
      let value = over(defaults);
      const secrets = secretPlaces(schema, value);
      for (const path of secrets) {
        const reference = referenceIn(valueAt(value, path));
        const text = reference === null ? REDACTED : `[secret from ${showReference(reference)}]`;
        value = replaceAt(value, path, text) as JsonObject;
      }
      return { value, secrets };
    },
    merge(defaults) {
      let value = over(defaults);
      const secrets: FoundSecret[] = [];
      const warnings: AisopodError[] = [];
      const problems: Problem[] = [];
      const without: KeyPath[] = [];
      for (const path of secretPlaces(schema, value)) {
        const reference = referenceIn(valueAt(value, path));
        const layer = layerOf(marked, path);
        secrets.push({ path, reference });
        if (reference === null) {
          if (layer !== null && layer.file !== null) {
            warnings.push(warning(plugin, layer, { path, ...LITERAL }));
          }
          continue;
        }
        const secret = fetchSecret(reference, env);
        if (secret.value !== null) {
          value = replaceAt(value, path, secret.value) as JsonObject;
          const { exposed: found } = secret;
          if (layer !== null && found !== null) {
            warnings.push(warning(plugin, layer, { path, found, ...EXPOSED }));
          }
        } else if (layer !== null) {
          without.push(path);
          const { found, hint } = secret;
          const expected = 'a secret that can be read';
          problems.push(
            ...problemsOf(layer, [{ path, found, expected, hint, code: 'SECRET_UNAVAILABLE' }]),
          );
        }
      }
      return { value, secrets, warnings, problems, without };
    },
  };
}

const LITERAL = {
  found: 'a secret itself',
  expected: 'where it is kept: { env = "NAME" } or { file = "/path" }',
  hint: 'every reader of this file can read the secret',
  code: 'SECRET_LITERAL',
} as const;

const EXPOSED = {
  expected: 'a file that only its user may read',
  hint: 'mount it with mode 0440',
  code: 'SECRET_EXPOSED',
} as const;

function warning(plugin: string, layer: Layer, remark: Remark): AisopodError {
  const [problem] = problemsOf(layer, [remark]) as [Problem];
  return new AisopodError(remark.code, formatProblem(problem), {
    details: { plugin, file: problem.file, problems: [problem] },
  });
}

/** Whether `path` leads to `place` or into it. */
export function within(place: KeyPath, path: KeyPath): boolean {
  return place.every((key, i) => path[i] === key);
}

/** `value` with something else at one place of it; nothing is changed in place. */
export function replaceAt(value: unknown, path: KeyPath, by: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return by;
  if (Array.isArray(value)) {
    return value.map((each, i) => (i === key ? replaceAt(each, rest, by) : each));
  }
  if (!isTable(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [
      name,
      name === key ? replaceAt(each, rest, by) : each,
    ]),
  );
}
