import { jsonText } from '../base/json/index.js';
import type { FaultOf, SchemaError } from '../base/schema/index.js';
import type { KeyPath } from '../base/shape/index.js';
import { show } from '../base/text/index.js';
import { valueAt } from './layers.js';

/** One thing that is wrong with a plugin's configuration, by the schema of its manifest. */
export interface ConfigFault {
  readonly path: KeyPath;
  /** What stands there, for a message; a caller replaces it where it is secret. */
  readonly found: string;
  readonly expected: string;
  /** Nothing stands there, and something must. */
  readonly missing: boolean;
  /** Something stands there that the schema knows nothing of. */
  readonly unknown: boolean;
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'an array',
  object: 'a table',
  null: 'nothing',
};

/** Says what ajv says about a configuration in the words of a file's reader. */
export const configFault: FaultOf<ConfigFault> = (value) => (error) => {
  const at = keysOf(value, error.instancePath);
  const { missingProperty, additionalProperty, unevaluatedProperty } = error.params;
  if (typeof missingProperty === 'string') {
    const path = [...at, missingProperty];
    return { path, found: 'nothing', expected: 'a value', missing: true, unknown: false };
  }
  const key = additionalProperty ?? unevaluatedProperty;
  if (typeof key === 'string') {
    const path = [...at, key];
    const expected = 'a key that the plugin knows';
    return { path, found: 'an unknown key', expected, missing: false, unknown: true };
  }
  const found = show(valueAt(value, at));
  return { path: at, found, expected: expectation(error), missing: false, unknown: false };
};

function expectation({ keyword, params, message = '' }: SchemaError): string {
  if (keyword === 'type') {
    const types = [params.type].flat() as string[];
    return types.map((type) => TYPES[type] ?? type).join(' or ');
  }
  if (keyword === 'enum') {
    return `one of ${(params.allowedValues as unknown[]).map((each) => jsonText(each)).join(', ')}`;
  }
  if (keyword === 'const') return jsonText(params.allowedValue);
  if (keyword === 'false schema') return 'nothing';
  return message.startsWith('must be ')
    ? `something that is ${message.slice('must be '.length)}`
    : `something that ${message || `fits "${keyword}"`}`;
}

/** A JSON pointer as keys; what indexes an array is a number. */
function keysOf(value: unknown, pointer: string): KeyPath {
  let here = value;
  return pointer
    .split('/')
    .slice(1)
    .map((part) => {
      const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
      const key = Array.isArray(here) ? Number(name) : name;
      here = valueAt(here, [key]);
      return key;
    });
}
