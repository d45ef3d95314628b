/** A JSON Schema 2020-12 object, as a plugin wrote it; frozen. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
}

/** What is wrong with a schema, and where. */
export interface SchemaFault {
  /** JSON pointer into the schema; `` is the schema itself. */
  readonly path: string;
  /** What is wrong and what would be right. */
  readonly message: string;
}

/** Limits of a schema that a stranger wrote. */
export interface SchemaLimits {
  /** Bytes of its JSON text. */
  readonly bytes: number;
  /** Schemas inside each other, as written. */
  readonly depth: number;
  /** Schemas in all: what decides how long compiling blocks (1,000 take about 0.1 s). */
  readonly subschemas: number;
  /** `$ref` behind `$ref`, on the longest way. */
  readonly references: number;
  /** Schemas that one value may be held against once every `$ref` is followed. */
  readonly expanded: number;
}
