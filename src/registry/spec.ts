import type { RawRegistration } from '../abi/index.js';
import {
  isObject,
  isTextDeeperThan,
  type JsonObject,
  pointerTo,
  SPEC_DEPTH,
} from '../base/json/index.js';
import { type Finding, Findings, keyPath, type Place } from '../base/shape/index.js';
import { show, textOrType, unknownKeyText } from '../base/text/index.js';
import type { RegisteredPlugin, SpecProblem } from './entry.js';
import type { KindDefinition } from './kind-definition.js';

/** The outcome of reading one spec; it is good when there are no problems. */
export interface ReadSpec<S extends object> {
  readonly spec: S;
  readonly problems: readonly SpecProblem[];
  readonly warnings: readonly SpecProblem[];
}

const CODE = 'REGISTRATION_INVALID';

/** Reads the spec of a registration; never throws for what a plugin wrote, and reports all faults. */
export function readSpec<S extends object>(
  definition: KindDefinition<S>,
  { name, spec: text }: RawRegistration,
  plugin: RegisteredPlugin,
): ReadSpec<S> {
  const findings = new Findings(CODE);
  const problems: SpecProblem[] = [];
  const refuse = (path: string, message: string, more?: Partial<SpecProblem>) => {
    problems.push({ code: CODE, path, message, ...more });
  };
  const odd: SpecProblem[] = [];
  const warn = (path: string, message: string) => void odd.push({ code: CODE, path, message });
  const value = parse(text, refuse);
  const read = value === undefined ? undefined : definition.spec.read(value, null, findings);
  // The name is judged even where the spec can't be read.
  const known = (read ?? {}) as object;
  const spec = definition.check?.(known, { name, plugin, refuse, warn }) ?? known;
  return {
    // Nothing is undefined in it, unless there is a problem.
    spec: spec as S,
    problems:
      findings.errors.length > 0 ? [...findings.errors.map(inWords), ...problems] : problems,
    warnings: findings.warnings.length > 0 ? [...findings.warnings.map(inWords), ...odd] : odd,
  };
}

/** The published JSON Schema (2020-12) of the specs of a kind. */
export function specSchema({ kind, spec, rules }: KindDefinition): JsonObject {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `urn:aisopod:schema:${kind}-spec`,
    title: `The spec of a registration of kind "${kind}"`,
    ...spec.schema,
    ...rules,
  };
}

/** The value of the JSON text; undefined after it was refused. */
function parse(text: string, refuse: (path: string, message: string) => void): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    refuse('', `the spec is not JSON: ${(error as Error).message}`);
    return undefined;
  }
  if (!isObject(value) || !isTextDeeperThan(text, SPEC_DEPTH)) return value;
  refuse('', `the spec nests deeper than ${SPEC_DEPTH} levels`);
  return undefined;
}

function inWords({ place, value, found, expected, type, hint, code, known }: Finding): SpecProblem {
  const path = keyPath(place).reduce<string>(pointerTo, '');
  const what = nameOf(place);
  const at = { code: code === 'SCHEMA_INVALID' ? code : CODE, path } as const;
  if (known !== null) return { ...at, message: unknownKeyText(String(value), known) };
  const more = hint === null ? '' : `; ${hint}`;
  if (found !== null) {
    return { ...at, message: `${what}: found ${found}, expected ${expected}${more}` };
  }
  if (value === undefined) {
    return { ...at, message: `${what} is missing; ${hint ?? `it must be ${expected}`}` };
  }
  const message = `${what} must be ${expected}${more}`;
  return { ...at, message, expected: type ?? expected, found: textOrType(value) };
}

/** `"hints"`, or `an element of "args"`, as messages call a place. */
function nameOf(place: Place | null): string {
  if (place === null) return 'the spec';
  if (typeof place.key === 'string') return show(place.key);
  return `an element of ${nameOf(place.parent)}`;
}
