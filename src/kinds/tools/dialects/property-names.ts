import { createHash } from 'node:crypto';
import { isObject } from '../../../base/json/index.js';
import type { SchemaDocument } from './schema-document.js';

const LONGEST = 64;
const HASH = 8;

/**
 * The names of the properties of one tool in a dialect that does not accept all names. A name that it
 * refuses is sent as another one, which ends with a hash so that no value has it by accident.
 */
export class PropertyNames {
  readonly #sent = new Map<string, string>();
  readonly #own = new Map<string, string>();

  /** @param pattern of the names that the dialect accepts; null: all */
  constructor(document: SchemaDocument, pattern: string | null) {
    if (pattern === null) return;
    const accepted = new RegExp(pattern, 'u');
    const names = namesOf(document);
    for (const name of names) {
      if (accepted.test(name)) continue;
      let sent = fitting(name, 0);
      for (let turn = 1; names.has(sent) || this.#own.has(sent); turn++) sent = fitting(name, turn);
      this.#sent.set(name, sent);
      this.#own.set(sent, name);
    }
  }

  /** Whether any name is sent as another one. */
  get changed(): boolean {
    return this.#sent.size > 0;
  }

  toSent(name: string): string {
    return this.#sent.get(name) ?? name;
  }

  /** A value of the full schema, its members named as they are sent. */
  valueToSent(value: unknown): unknown {
    return this.changed ? renamed(value, this.#sent) : value;
  }

  /** A value that was sent, its members named as in the full schema. */
  valueFromSent(value: unknown): unknown {
    return this.changed ? renamed(value, this.#own) : value;
  }
}

function fitting(name: string, turn: number): string {
  const plain = name.replace(/[^A-Za-z0-9_]/gu, '_').slice(0, LONGEST - HASH - 3);
  const text = turn === 0 ? name : `${name}\n${turn}`;
  const hash = createHash('sha256').update(text).digest('hex').slice(0, HASH);
  return `${/^[A-Za-z_]/.test(plain) ? '' : 'p_'}${plain}_${hash}`;
}

function namesOf(document: SchemaDocument): ReadonlySet<string> {
  const names = new Set<string>();
  const addAll = (list: unknown) => {
    if (Array.isArray(list)) for (const name of list) names.add(String(name));
  };
  for (const part of document.parts) {
    const found = document.keywords(part);
    for (const keyword of ['properties', 'dependentSchemas', 'dependentRequired']) {
      const map = found.get(keyword);
      if (isObject(map)) addAll(Object.keys(map));
      if (keyword === 'dependentRequired' && isObject(map)) Object.values(map).forEach(addAll);
    }
    addAll(found.get('required'));
  }
  return names;
}

function renamed(value: unknown, names: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) return value.map((each) => renamed(each, names));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [names.get(name) ?? name, renamed(each, names)]),
  );
}
