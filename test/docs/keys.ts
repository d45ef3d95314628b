/** What tables of keys in pages are compared with: a schema, key by key. */
export interface Schema {
  readonly description?: string;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
}

/** A row of a table of keys. */
export interface Row {
  readonly key: string;
  /** What it takes. */
  readonly value: string;
  /** `required`, a value in backticks, or nothing. */
  readonly byDefault: string;
}

/** The rows of a page that have a dotted key and three cells more. */
export const rowsOf = (page: string): Row[] =>
  Array.from(
    page.matchAll(/^\| `([a-z_.<>]+)` \| ([^|]*) \| ([^|]*)\| [^|]+ \|$/gm),
    ([, key = '', value = '', byDefault = '']) => ({ key, value, byDefault: byDefault.trim() }),
  );

interface Asked {
  /** Keys that the page explains elsewhere: what is below them is left out. */
  readonly closed?: RegExp;
  /** The value of a key when a file leaves it out. */
  readonly defaultOf: (key: string) => unknown;
}

/** The keys of a schema without keys below them, in its order; `<id>` stands for any name. */
export function keysOf(schema: Schema, { closed, defaultOf }: Asked): Row[] {
  const walk = (found: Schema, key: string, isRequired: boolean): Row[] => {
    const { properties = {}, additionalProperties: named } = closed?.test(key) ? {} : found;
    const below = (name: string) => (key === '' ? name : `${key}.${name}`);
    const rows = Object.entries(properties).flatMap(([name, each]) =>
      walk(each, below(name), found.required?.includes(name) ?? false),
    );
    if (typeof named === 'object') {
      rows.push(...walk(named, below('<id>'), false));
    }
    if (rows.length > 0) return rows;
    const byDefault = isRequired ? 'required' : shown(defaultOf(key));
    return [{ key, value: found.description ?? '', byDefault }];
  };
  return walk(schema, '', false);
}

/** A default as a page shows it. */
function shown(value: unknown): string {
  return value === null || value === undefined ? '' : `\`${JSON.stringify(value)}\``;
}
