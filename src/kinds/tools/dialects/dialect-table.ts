/** What tools are defined for: a model API, or MCP. docs/reference/dialects.json has their rules. */
export type ToolDialect = 'openai' | 'openai-strict' | 'gemini' | 'anthropic' | 'mcp';

/** Where a rule was read. */
export interface Source {
  readonly title: string;
  readonly url: string;
  /** The day on which it was read, or of the stored copy that was read. */
  readonly read: string;
}

/** What the host holds to, in words, and why it believes so. */
export interface Rule<T> {
  readonly value: T;
  readonly says: string;
  /** Keys of the table's `sources`. */
  readonly sources: readonly string[];
}

/** What one dialect accepts. docs/reference/dialects.json is written from these tables. */
export interface DialectTable {
  readonly dialect: ToolDialect;
  /** Whose it is. */
  readonly api: string;
  readonly sources: Readonly<Record<string, Source>>;
  /** The members of one definition, in order. */
  readonly definition: Rule<readonly string[]>;
  /** Regular expression of the names of tools. */
  readonly toolName: Rule<string>;
  /** Regular expression of the names of properties; null: any text. */
  readonly propertyName: Rule<string | null>;
  /** Keywords that may be in a schema; null: any. */
  readonly keywords: Rule<readonly string[] | null>;
  /** Keywords that may not be in the schema of all arguments. */
  readonly notAtRoot: Rule<readonly string[]>;
  /** Formats that may be in a schema, by type; null: any. */
  readonly formats: Rule<Readonly<Record<string, readonly string[]>> | null>;
  /** Whether `pattern` may look around and refer back. */
  readonly anyPattern: Rule<boolean>;
  /** Whether an array needs `items`. */
  readonly itemsNeeded: Rule<boolean>;
  /** Whether the schema of all arguments needs `properties`. */
  readonly rootPropertiesNeeded: Rule<boolean>;
  /** Types that may have an `enum`; null: any. */
  readonly enumTypes: Rule<readonly string[] | null>;
  /** Upper limits of a schema. */
  readonly limits: Readonly<Record<string, Rule<number>>>;
  /** What else a definition keeps to. */
  readonly also: readonly Omit<Rule<never>, 'value'>[];
}

/** Keywords of JSON Schema 2020-12, without those that other drafts replaced. */
export const KEYWORDS_2020: readonly string[] = [
  ...['$schema', '$id', '$anchor', '$ref', '$defs', 'definitions', '$comment'],
  ...['type', 'const', 'enum', 'allOf', 'anyOf', 'oneOf', 'not', 'if', 'then', 'else'],
  ...['properties', 'patternProperties', 'additionalProperties', 'propertyNames', 'required'],
  ...['minProperties', 'maxProperties', 'dependentRequired', 'dependentSchemas'],
  ...['unevaluatedProperties', 'prefixItems', 'items', 'contains', 'minContains', 'maxContains'],
  ...['minItems', 'maxItems', 'uniqueItems', 'unevaluatedItems'],
  ...['multipleOf', 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'],
  ...['minLength', 'maxLength', 'pattern', 'format'],
  ...['contentEncoding', 'contentMediaType', 'contentSchema'],
  ...['title', 'description', 'default', 'examples', 'deprecated', 'readOnly', 'writeOnly'],
];
