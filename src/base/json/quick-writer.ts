import { isPlain } from './is-plain.js';

// As deep as isPlain() looks.
const DEPTH = 32;

// Elements of an array that are written one by one.
const FEW = 16;

// All that JSON.stringify() escapes, and surrogate pairs, which it does not.
const MAY_NEED_ESCAPE = /[^ !#-[\]-\ud7ff\ue000-\uffff]/;

const { hasOwnProperty: owns } = Object.prototype;

/** Writes a value as JSON; undefined: that is for writeAndRead(). */
export type QuickWriter = (value: unknown) => string | undefined;

/** What is asked of a member: a type of JSON, or `any`. */
export type MemberType = 'any' | 'boolean' | 'integer' | 'null' | 'number' | 'string';

/** What an object is to be like. */
export interface ObjectShape {
  readonly members: ReadonlyMap<string, MemberType>;
  /** Names of members that must be there. */
  readonly required: ReadonlySet<string>;
  /** Whether it may have other members. */
  readonly open: boolean;
}

/**
 * Makes a writer for plain values, which are most. It writes what writeAndRead() does for a value
 * whose text says all of it, in half the time, and leaves everything else to that.
 *
 * @param keys that objects at any depth are likely to have; others take longer
 * @param shape with it, only objects like that are written
 */
export function quickWriter(keys: Iterable<string>, shape: ObjectShape = ANYTHING): QuickWriter {
  const heads = new Map<string, Head>();
  for (const key of keys) {
    const head = headOf(key, shape);
    if (head !== undefined) heads.set(key, head);
  }
  // By the place of the member: calls of one tool mostly name their arguments in one order.
  const usual: Head[] = [...heads.values()];

  const membersOf = (object: object, depth: number): string | undefined => {
    const asked = depth === DEPTH - 1 ? shape : ANYTHING;
    let missing = asked.required.size;
    let text = '';
    let last: Last = NONE;
    let place = 0;
    for (const key in object) {
      // The call of hasOwnProperty() is one that V8 leaves out within such a loop.
      if (!owns.call(object, key)) return undefined;
      let head = usual[place];
      if (head === undefined || head.key !== key) {
        head = heads.get(key) ?? headOf(key, shape);
        if (head === undefined) return undefined;
        if (place < usual.length) usual[place] = head;
      }
      place += 1;
      const value: unknown = object[key as never];
      if (asked !== ANYTHING && typeof value !== head.type && !isOf(value, head.type)) {
        return undefined;
      }
      if (head.required) missing -= 1;
      if (typeof value === 'string' && !MAY_NEED_ESCAPE.test(value)) {
        text += head.ofText[last] + value;
        last = TEXT;
      } else {
        const said = written(value, depth);
        if (said === undefined) return undefined;
        text += head.ofOther[last] + said;
        last = OTHER;
      }
    }
    return missing > 0 ? undefined : text + END[last];
  };

  const elementsOf = (array: readonly unknown[], depth: number): string | undefined => {
    let text = '[';
    for (let i = 0; i < array.length; i++) {
      const said = written(array[i], depth);
      if (said === undefined) return undefined;
      text += i === 0 ? said : `,${said}`;
    }
    return `${text}]`;
  };

  const written = (value: unknown, depth: number): string | undefined => {
    switch (typeof value) {
      case 'string':
        return MAY_NEED_ESCAPE.test(value) ? stringified(value) : `"${value}"`;
      case 'number':
        return Number.isFinite(value) ? `${value}` : undefined;
      case 'boolean':
        return value ? 'true' : 'false';
      case 'object':
        return value === null ? 'null' : nested(value, depth);
      default:
        return undefined;
    }
  };

  const nested = (value: object, depth: number): string | undefined => {
    if (depth === 0 || (value as { toJSON?: unknown }).toJSON !== undefined) return undefined;
    if (Array.isArray(value)) {
      // Many short pieces cost more to put together than JSON.stringify() takes.
      if (value.length > FEW) return isPlain(value, depth) ? stringified(value) : undefined;
      return Object.getPrototypeOf(value) === Array.prototype
        ? elementsOf(value, depth - 1)
        : undefined;
    }
    return Object.getPrototypeOf(value) === Object.prototype
      ? membersOf(value, depth - 1)
      : undefined;
  };

  if (shape === ANYTHING) return (value) => written(value, DEPTH);
  return (value) =>
    typeof value === 'object' &&
    value !== null &&
    (value as { toJSON?: unknown }).toJSON === undefined &&
    Object.getPrototypeOf(value) === Object.prototype
      ? membersOf(value, DEPTH - 1)
      : undefined;
}

const ANYTHING: ObjectShape = { members: new Map(), required: new Set(), open: true };

function isOf(value: unknown, type: MemberType | undefined): boolean {
  switch (type) {
    case 'any':
      return true;
    case 'integer':
      return Number.isInteger(value);
    case 'null':
      return value === null;
    default:
      return typeof value === type;
  }
}

/** What stands before a member: a text is closed by what comes after it. */
const NONE = 0;
const TEXT = 1;
const OTHER = 2;
type Last = typeof NONE | typeof TEXT | typeof OTHER;
type ByLast = readonly [string, string, string];

const END: ByLast = ['{}', '"}', '}'];

/** A key as it stands before a text, and before anything else. */
interface Head {
  readonly key: string;
  /** Of a member of the shape; undefined: it may have no such. */
  readonly type: MemberType | undefined;
  readonly required: boolean;
  readonly ofText: ByLast;
  readonly ofOther: ByLast;
}

/** undefined: the key may have half of a surrogate pair. */
function headOf(key: string, shape: ObjectShape): Head | undefined {
  const json = stringified(key);
  if (json === undefined) return undefined;
  return {
    key,
    type: shape.members.get(key) ?? (shape.open ? 'any' : undefined),
    required: shape.required.has(key),
    ofText: [`{${json}:"`, `",${json}:"`, `,${json}:"`],
    ofOther: [`{${json}:`, `",${json}:`, `,${json}:`],
  };
}

/** The JSON of a text or a plain array; undefined: it may have half of a surrogate pair. */
function stringified(value: string | readonly unknown[]): string | undefined {
  const json = JSON.stringify(value);
  return json.includes('\\ud') ? undefined : json;
}
