import { jsonText } from '../json/index.js';
import { shorten } from '../text/index.js';
import type { SchemaError } from './schema-error.js';

/** One thing that is wrong with the arguments of a call. */
export interface ArgumentFault {
  /** JSON pointer into the arguments; `` is the whole. */
  readonly path: string;
  readonly message: string;
  /** What the schema asks for at that place, in short. */
  readonly expected: unknown;
  /** What stands there, when it is no list or object. */
  readonly found?: unknown;
}

const FOUND_LIMIT = 100;

/** Makes what ajv says about `value` into what a caller, man or model, can act on. */
export function toFault(value: unknown): (error: SchemaError) => ArgumentFault {
  return (error) => {
    const found = shown(at(value, error.instancePath));
    const fault = {
      path: error.instancePath,
      message: sentence(error),
      expected: Object.values(error.params)[0] ?? error.keyword,
    };
    return found === undefined ? fault : { ...fault, found };
  };
}

function sentence({ keyword, params, message }: SchemaError): string {
  switch (keyword) {
    case 'required':
      return `"${params.missingProperty}" is missing`;
    case 'additionalProperties':
      return `"${params.additionalProperty}" is not known`;
    case 'unevaluatedProperties':
      return `"${params.unevaluatedProperty}" is not known`;
    case 'enum':
      return `must be one of ${short(params.allowedValues)}`;
    case 'const':
      return `must be ${short(params.allowedValue)}`;
    default:
      return message ?? `breaks "${keyword}"`;
  }
}

function short(value: unknown): string {
  return shorten(jsonText(value), FOUND_LIMIT);
}

function at(value: unknown, pointer: string): unknown {
  let here = value;
  for (const step of pointer.split('/').slice(1)) {
    if (typeof here !== 'object' || here === null) return undefined;
    here = (here as Record<string, unknown>)[step.replaceAll('~1', '/').replaceAll('~0', '~')];
  }
  return here;
}

/** A value as it may stand in a message: short, and no list or object. */
function shown(value: unknown): unknown {
  if (typeof value === 'object') return value === null ? null : undefined;
  return typeof value === 'string' ? shorten(value, FOUND_LIMIT) : value;
}
