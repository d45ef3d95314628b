import type { JsonSchema, PatternEngine } from '../../base/schema/index.js';

/** What calling a tool does to the world, as far as its author says. */
export interface ToolHints {
  readonly readOnly?: boolean | undefined;
  readonly destructive?: boolean | undefined;
  readonly idempotent?: boolean | undefined;
}

/** The spec of a tool after it was judged; frozen all the way down. */
export interface ToolSpec {
  readonly description: string;
  /** The schema of the arguments; always of type object. */
  readonly parameters: JsonSchema;
  /** The schema of `data`; published, not enforced. */
  readonly output?: JsonSchema;
  /** A reply is a list of parts; absent: any JSON value. */
  readonly result?: 'content';
  /** How to use the tool well; goes into the system prompt of a model. */
  readonly guideline?: string;
  /** Permissions that the tool needs. */
  readonly permissions: readonly string[];
  readonly hints: ToolHints;
  /** Milliseconds for which an answer may be given again; 0: it is never kept. */
  readonly cacheTtlMs: number;
  /** Its handler is asked what to do about a failure: the method on_error. */
  readonly onError: boolean;
  /** The engine for patterns of `parameters`. */
  readonly patterns: PatternEngine;
  /** How many of the schemas in `parameters` one value may be held against. */
  readonly expanded: number;
}
