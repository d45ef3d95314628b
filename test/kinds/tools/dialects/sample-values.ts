import { isObject } from '../../../../src/base/json/index.js';
import type { Part, SchemaDocument } from '../../../../src/kinds/tools/dialects/schema-document.js';

const NAMES = ['a', 'b', 'kind', 'max-results', '$filter', 'zeta'];

/** Numbers from 0 up to 1, the same for the same seed. */
export function randomFrom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Makes values that a schema probably accepts; a validator has to say whether it does. */
export class Sampler {
  readonly #document: SchemaDocument;
  readonly #random: () => number;

  constructor(document: SchemaDocument, random: () => number) {
    this.#document = document;
    this.#random = random;
  }

  value(): unknown {
    return this.#of(this.#document.root, 0);
  }

  #pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.#random() * list.length)] as T;
  }

  #any(depth: number): unknown {
    const simple = ['x', 'abc', '5', '', 0, 1, 2.5, true, null];
    if (depth > 3 || this.#random() < 0.7) return this.#pick(simple);
    return this.#pick<unknown>([
      [this.#any(depth + 1)],
      { [this.#pick(NAMES)]: this.#any(depth + 1) },
    ]);
  }

  #of(part: Part, depth: number): unknown {
    const found = this.#document.keywords(part);
    if (depth > 8 || !isObject(part.schema)) return this.#any(depth);
    if (found.has('const')) return found.get('const');
    if (found.has('enum')) return this.#pick(found.get('enum') as unknown[]);
    const parts = [...this.#document.list(part, 'allOf')];
    for (const keyword of ['anyOf', 'oneOf']) {
      const list = this.#document.list(part, keyword);
      if (list.length > 0) parts.push(this.#pick(list));
    }
    const target = this.#document.target(found.get('$ref'));
    if (target !== null) parts.push(target);
    const own = found.has('type') || found.has('properties') ? [this.#typed(part, depth)] : [];
    const all = [...own, ...parts.map((each) => this.#of(each, depth + 1))];
    if (all.length === 0) return this.#any(depth);
    if (all.every(isObject)) return Object.assign({}, ...all);
    return this.#pick(all);
  }

  #typed(part: Part, depth: number): unknown {
    const found = this.#document.keywords(part);
    const type = this.#pick([found.get('type') ?? 'object'].flat());
    switch (type) {
      case 'object':
        return this.#object(part, depth);
      case 'array':
        return this.#array(part, depth);
      case 'string':
        return this.#pick(['x', 'xy', 'abc', '5', '']);
      case 'integer':
        return this.#pick([0, 1, 2, 5]);
      case 'number':
        return this.#pick([0, 1, 2.5]);
      case 'boolean':
        return this.#random() < 0.5;
      default:
        return null;
    }
  }

  #object(part: Part, depth: number): unknown {
    const required = (this.#document.keywords(part).get('required') ?? []) as string[];
    const members = new Map<string, unknown>();
    for (const [name, child] of this.#document.map(part, 'properties')) {
      if (required.includes(name) || this.#random() < 0.5) {
        members.set(name, this.#of(child, depth + 1));
      }
    }
    for (const name of required) if (!members.has(name)) members.set(name, this.#any(depth));
    const free = this.#document.keywords(part).get('additionalProperties');
    if (free !== false && this.#random() < 0.3) {
      const name = this.#pick(NAMES);
      if (!members.has(name)) {
        const child = { schema: free ?? true, path: `${part.path}/additionalProperties` };
        members.set(name, this.#of(child, depth + 1));
      }
    }
    return Object.fromEntries(members);
  }

  #array(part: Part, depth: number): unknown {
    const found = this.#document.keywords(part);
    const first = this.#document.list(part, 'prefixItems').map((each) => this.#of(each, depth + 1));
    const rest = found.get('items') ?? true;
    const more = rest === false ? 0 : Math.floor(this.#random() * 3);
    const child = this.#document.below(part, 'items', rest);
    return [...first, ...Array.from({ length: more }, () => this.#of(child, depth + 1))];
  }
}
