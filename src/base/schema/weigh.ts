import { isObject, jsonText } from '../json/index.js';
import { APPLICATORS } from './schema-keywords.js';
import { type Weights, WORK_KEYWORD } from './work.js';

// A schema of so many steps in all costs each part of a value no more than these.
const SMALL = 64;
// Times 10 ns: of a step in a large function, which V8 interprets; of a call of the function that a referenced
// schema is compiled to, with the errors that it leaves; of a member that is remembered as evaluated.
const STEP = 5;
const CALL = 50;
const REMEMBERED = 80;

const PER_ITEM = new Set(['items', 'contains', 'unevaluatedItems']);
const PER_MEMBER = new Set([
  'additionalProperties',
  'unevaluatedProperties',
  'propertyNames',
  'patternProperties',
]);

/**
 * Makes the schemas count their work that may be applied to many values: those that references lead to, and in
 * a large schema those that are applied to each element or member.
 * @param schema of its own, which is changed
 */
export function weigh(schema: unknown): void {
  const targets = referenced(schema);
  const weighing = new Weighing(targets, remembers(schema) ? REMEMBERED : STEP);
  weighing.cost(schema);
  if (targets.size === 0 && weighing.total <= SMALL) return;
  for (const [node, weights] of weighing.weights) {
    if (weighing.isHeavy(weights)) node[WORK_KEYWORD] = weights;
  }
}

class Weighing {
  readonly weights = new Map<Record<string, unknown>, Weights>();
  total = 0;
  /** Schemas that are held against a value besides another one. */
  #besides = 0;
  readonly #targets: ReadonlySet<unknown>;
  readonly #each: number;

  /** @param each steps of a schema that is applied to an element or a member */
  constructor(targets: ReadonlySet<unknown>, each: number) {
    this.#targets = targets;
    this.#each = each;
  }

  /** Whether the elements of a value can meet so many schemas, by all that is held against the value. */
  isHeavy({ enter, items, members }: Weights): boolean {
    return enter > 0 || ((items + members) / this.#each) * (1 + this.#besides) > SMALL;
  }

  /** Schemas that a value is held against, without its elements and members, which are counted where they are. */
  cost(schema: unknown): number {
    if (!isObject(schema)) return 1;
    let cost = 1 + namesIn(schema);
    let items = 0;
    let members = 0;
    for (const [keyword, value] of Object.entries(schema)) {
      const applicator = APPLICATORS.get(keyword);
      if (applicator === undefined) continue;
      for (const child of schemasIn(value, applicator.place)) {
        const below = 1 + this.cost(child);
        if (applicator.use === 'inPlace' || keyword === 'patternProperties') this.#besides += 1;
        if (PER_ITEM.has(keyword)) items += below;
        else if (PER_MEMBER.has(keyword)) members += below;
        else if (applicator.use !== 'definition') cost += below;
      }
    }
    this.total += cost;
    const enter = this.#targets.has(schema) ? CALL + STEP * cost : 0;
    if (enter + items + members > 0) {
      this.weights.set(schema, { enter, items: this.#each * items, members: this.#each * members });
    }
    return cost;
  }
}

/** Whether the schema asks which members and elements others have evaluated. */
function remembers(schema: unknown): boolean {
  const text = jsonText(schema);
  return text.includes('"unevaluatedProperties":') || text.includes('"unevaluatedItems":');
}

/** Names that each object is searched for. */
function namesIn({ required, dependentRequired }: Readonly<Record<string, unknown>>): number {
  const lists = [required, ...Object.values(isObject(dependentRequired) ? dependentRequired : {})];
  return lists.reduce<number>((sum, list) => sum + (Array.isArray(list) ? list.length : 0), 0);
}

function schemasIn(value: unknown, place: 'schema' | 'list' | 'map'): readonly unknown[] {
  if (place === 'schema') return [value];
  return Object.values(value as object);
}

/** The schemas that references lead to. */
function referenced(root: unknown): ReadonlySet<unknown> {
  const texts = new Set<string>();
  const visit = (here: unknown) => {
    if (typeof here !== 'object' || here === null) return;
    if (isObject(here) && typeof here.$ref === 'string') texts.add(here.$ref);
    for (const below of Object.values(here)) visit(below);
  };
  visit(root);
  const found = new Set<unknown>();
  for (const text of texts) {
    let node: unknown = root;
    // Where nothing is, the text stands in an `enum` or `const`, and is no reference.
    for (const step of text.slice(1).split('/').slice(1).map(decodeURIComponent)) {
      const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
      node = typeof node === 'object' && node !== null ? Reflect.get(node, name) : undefined;
    }
    if (isObject(node)) found.add(node);
  }
  return found;
}
