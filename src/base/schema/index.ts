export { type CheckedSchema, checkSchema, SCHEMA_LIMITS } from './check-schema.js';
export { flatShape } from './flat-shape.js';
export { MATCH_MS, MatchTimeout } from './guarded-patterns.js';
export type {
  JsonSchema,
  SchemaFault,
  SchemaLimits,
} from './json-schema.js';
export { compilePattern, type PatternEngine } from './patterns.js';
export { propertyNames } from './property-names.js';
export type { SchemaError } from './schema-error.js';
export { APPLICATORS } from './schema-keywords.js';
export { referenceTarget } from './schema-references.js';
export type { ArgumentFault } from './validation-fault.js';
export { type FaultOf, type Validate, type ValidatedSchema, Validators } from './validators.js';
