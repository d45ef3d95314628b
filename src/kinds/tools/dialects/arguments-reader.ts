import { isObject, parseJson } from '../../../base/json/index.js';
import { isOfType } from './allowed-types.js';
import { allowsNull, type Member, type ObjectOutline, type Outline } from './outline.js';
import type { ToolOutline } from './outline-builder.js';

/**
 * Reads arguments that a model made for an outline: takes JSON text apart, and leaves out the null of an
 * optional property that has none. What does not fit the outline is left as it is; the host judges it.
 */
export class ArgumentsReader {
  readonly #root: ObjectOutline;
  readonly #definitions: ReadonlyMap<string, Outline>;
  /** Absent properties come as null. */
  readonly #nullIsAbsent: boolean;

  constructor({ root, definitions }: ToolOutline, nullIsAbsent: boolean) {
    this.#root = root;
    this.#definitions = definitions;
    this.#nullIsAbsent = nullIsAbsent;
  }

  read(value: unknown): unknown {
    return this.#read(this.#root, value);
  }

  #read(outline: Outline, value: unknown): unknown {
    switch (outline.kind) {
      case 'scalar':
        return value;
      case 'list':
        return Array.isArray(value) ? value.map((each) => this.#read(outline.items, each)) : value;
      case 'object':
        return isObject(value) ? this.#object(outline, value) : value;
      case 'choice':
        return this.#read(this.#chosen(outline.options, value) ?? NOTHING, value);
      case 'text':
        return typeof value === 'string' ? fromText(value) : value;
      case 'link':
        return this.#read(this.#target(outline.name), value);
    }
  }

  #object({ members }: ObjectOutline, value: Readonly<Record<string, unknown>>): unknown {
    const read: [string, unknown][] = [];
    for (const [name, each] of Object.entries(value)) {
      const member = members.get(name);
      if (member === undefined) read.push([name, each]);
      else if (each !== null || !this.#isAbsent(member)) {
        read.push([name, this.#read(member.outline, each)]);
      }
    }
    return Object.fromEntries(read);
  }

  /** Whether null of a property says that it is absent. */
  #isAbsent({ outline, required }: Member): boolean {
    return this.#nullIsAbsent && !required && !allowsNull(outline, this.#definitions);
  }

  /** The first option that the value fits, else the first of its kind. */
  #chosen(options: readonly Outline[], value: unknown): Outline | undefined {
    return (
      options.find((option) => this.#fits(option, value)) ??
      options.find((option) => kindOf(value) === option.kind)
    );
  }

  #fits(outline: Outline, value: unknown): boolean {
    switch (outline.kind) {
      case 'scalar':
        return (
          isOfType(value, outline.type) &&
          (outline.values === null || outline.values.includes(value))
        );
      case 'list':
        return Array.isArray(value) && value.every((each) => this.#fits(outline.items, each));
      case 'object':
        return isObject(value) && this.#fitsObject(outline, value);
      case 'choice':
        return outline.options.some((option) => this.#fits(option, value));
      case 'text':
        return typeof value === 'string';
      case 'link':
        return this.#fits(this.#target(outline.name), value);
    }
  }

  #fitsObject(
    { members, closed }: ObjectOutline,
    value: Readonly<Record<string, unknown>>,
  ): boolean {
    for (const [name, member] of members) {
      const each = Object.hasOwn(value, name) ? value[name] : undefined;
      if (each === undefined) {
        if (member.required) return false;
      } else if (each === null && this.#isAbsent(member)) continue;
      else if (!this.#fits(member.outline, each)) return false;
    }
    return !(closed || this.#nullIsAbsent) || Object.keys(value).every((name) => members.has(name));
  }

  #target(name: string): Outline {
    return this.#definitions.get(name) ?? NOTHING;
  }
}

/** Text that is not JSON stays text: a model that ignores the description means the text itself. */
function fromText(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return text;
  }
}

const NOTHING: Outline = {
  kind: 'scalar',
  type: 'null',
  about: {},
  checks: new Map(),
  values: null,
};

function kindOf(value: unknown): Outline['kind'] {
  if (Array.isArray(value)) return 'list';
  return isObject(value) ? 'object' : 'scalar';
}
