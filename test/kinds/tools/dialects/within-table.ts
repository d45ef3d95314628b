import { isObject } from '../../../../src/base/json/index.js';
import { APPLICATORS } from '../../../../src/base/schema/index.js';
import type { DialectTable } from '../../../../src/kinds/tools/dialects/dialect-table.js';

type Schema = Readonly<Record<string, unknown>>;

/** Everything in a schema that the table of a dialect does not allow, with its place. */
export function outsideTable(schema: unknown, table: DialectTable): string[] {
  const faults: string[] = [];
  const counted = { properties: 0, values: 0, characters: 0 };
  const { dialect, limits } = table;
  const say = (path: string, what: string) => void faults.push(`${path || '/'}: ${what}`);
  if (!isObject(schema)) return ['/: not an object'];
  for (const keyword of table.notAtRoot.value) if (keyword in schema) say('', keyword);
  if (String(schema.type).toLowerCase() !== 'object') say('', 'type');
  if (table.rootPropertiesNeeded.value && !isObject(schema.properties)) say('', 'no properties');
  visit(schema, '', 0);
  for (const [name, count] of Object.entries({ ...counted, enumValues: counted.values })) {
    const limit = limits[name]?.value;
    if (limit !== undefined && count > limit) say('', `${count} ${name}`);
  }
  return faults;

  function visit(each: unknown, path: string, around: number): void {
    if (typeof each === 'boolean' && (dialect === 'gemini' || dialect === 'openai-strict')) {
      // Only additionalProperties is one there, which isn't visited.
      say(path, 'boolean');
    }
    if (!isObject(each)) return;
    const types = [each.type].flat().map((type) => String(type).toLowerCase());
    const nests = types.includes('object') || types.includes('array');
    const depth = around + (nests ? 1 : 0);
    if (limits.depth && depth > limits.depth.value) say(path, `depth ${depth}`);
    keywordsOf(each, path, types);
    if (dialect === 'openai-strict') strictly(each, path, types);
    if (dialect === 'gemini') asGemini(each, path, types);
    for (const [keyword, value] of Object.entries(each)) {
      const place = APPLICATORS.get(keyword)?.place;
      const at = `${path}/${keyword}`;
      if (keyword === 'additionalProperties' && typeof value === 'boolean') continue;
      const inside = APPLICATORS.get(keyword)?.use === 'definition' ? 0 : depth;
      if (place === 'schema') visit(value, at, inside);
      else if (place === 'list')
        for (const [i, s] of (value as unknown[]).entries()) visit(s, `${at}/${i}`, inside);
      else if (place === 'map') {
        for (const [name, s] of Object.entries(value as object)) {
          if (keyword === 'properties' || keyword === '$defs') counted.characters += name.length;
          if (keyword === 'properties') named(name, at);
          visit(s, `${at}/${name}`, inside);
        }
      }
    }
  }

  function named(name: string, at: string): void {
    counted.properties += 1;
    const { value } = table.propertyName;
    if (value !== null && !new RegExp(value, 'u').test(name)) say(at, `the name ${name}`);
  }

  function keywordsOf(each: Schema, path: string, types: string[]): void {
    const known = table.keywords.value;
    for (const keyword of Object.keys(each)) {
      if (known !== null && !known.includes(keyword)) say(path, keyword);
    }
    if (table.itemsNeeded.value && types.includes('array') && !('items' in each))
      say(path, 'items');
    const patterns = [each.pattern, ...Object.keys((each.patternProperties ?? {}) as object)];
    const looks = patterns.some((text) => typeof text === 'string' && text.includes('(?='));
    if (!table.anyPattern.value && looks) say(path, 'pattern');
    if (each.format !== undefined && table.formats.value !== null) {
      const formats = types.flatMap((type) => table.formats.value?.[type] ?? []);
      if (!formats.includes(each.format as string)) say(path, `format ${each.format}`);
    }
    if (Array.isArray(each.enum)) {
      counted.values += each.enum.length;
      counted.characters += each.enum.map(String).join('').length;
      const fits = table.enumTypes.value?.includes(types[0] ?? '') ?? true;
      if (!fits) say(path, 'enum');
      const long = limits.longEnum?.value ?? Number.POSITIVE_INFINITY;
      const length = each.enum.map(String).join('').length;
      if (each.enum.length > long + 1 && length > (limits.longEnumCharacters?.value ?? 0)) {
        say(path, `an enum of ${each.enum.length}`);
      }
    }
  }

  function strictly(each: Schema, path: string, types: string[]): void {
    if (!('type' in each) && !('anyOf' in each) && !('$ref' in each)) say(path, 'no type');
    if ('$ref' in each && Object.keys(each).length > 1) say(path, 'next to $ref');
    if (!types.includes('object')) return;
    const names = Object.keys((each.properties ?? {}) as object);
    if (each.additionalProperties !== false) say(path, 'open');
    if (JSON.stringify(each.required) !== JSON.stringify(names)) say(path, 'not all required');
  }

  function asGemini(each: Schema, path: string, types: string[]): void {
    const capital = ['STRING', 'NUMBER', 'INTEGER', 'BOOLEAN', 'ARRAY', 'OBJECT', 'NULL'];
    if ('anyOf' in each) {
      if (Object.keys(each).length > 1) say(path, 'next to anyOf');
    } else if (!capital.includes(each.type as string)) say(path, `type ${types}`);
    if (
      (each.enum as unknown[] | undefined)?.some(
        (value) => value === '' || typeof value !== 'string',
      )
    ) {
      say(path, 'enum');
    }
    for (const name of (each.required ?? []) as string[]) {
      if (!Object.hasOwn((each.properties ?? {}) as object, name)) say(path, `required ${name}`);
    }
  }
}
