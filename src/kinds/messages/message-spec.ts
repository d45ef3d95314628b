import type { RawRegistration } from '../../abi/index.js';
import { freezeDeep, isObject, pointerTo } from '../../base/json/index.js';
import type { ParsedSpec, SpecProblem } from '../../registry/index.js';

/** The spec of the kind "message" after it was judged; frozen. */
export interface MessageSpec {
  /** What messages the plugin understands. */
  readonly description?: string;
}

/** Reads the spec of the kind "message": `description`, or nothing at all. */
export function parseMessageSpec(raw: RawRegistration): ParsedSpec<MessageSpec> {
  const problems: SpecProblem[] = [];
  const warnings: SpecProblem[] = [];
  const code = 'REGISTRATION_INVALID';
  const value: unknown = JSON.parse(raw.spec);
  if (!isObject(value)) {
    const message = 'the spec must be an object, such as {"description": "..."}';
    return { spec: {}, problems: [{ code, path: '', message }], warnings };
  }
  const { description, ...others } = value;
  if (description !== undefined && typeof description !== 'string') {
    const message = '"description" must be text';
    problems.push({ code, path: '/description', message, expected: 'string' });
  }
  for (const key of Object.keys(others)) {
    const message = `the key "${key}" is not known; known is description`;
    warnings.push({ code, path: pointerTo('', key), message });
  }
  const spec = typeof description === 'string' ? { description } : {};
  return { spec: freezeDeep(spec), problems, warnings };
}
