import { canonicalText } from '../../../base/json/index.js';

/** What a model reads of a schema. */
export interface About {
  readonly title?: string | undefined;
  readonly description?: string | undefined;
}

export type ScalarType = 'string' | 'number' | 'integer' | 'boolean' | 'null';

/** A value without others in it. */
export interface Scalar {
  readonly kind: 'scalar';
  readonly type: ScalarType;
  readonly about: About;
  readonly checks: Checks;
  /** The only values, if there are such. */
  readonly values: readonly unknown[] | null;
}

export interface List {
  readonly kind: 'list';
  readonly about: About;
  readonly items: Outline;
  readonly checks: Checks;
}

export interface Member {
  readonly outline: Outline;
  readonly required: boolean;
}

/** An object with named members; others are allowed unless it is closed. */
export interface ObjectOutline {
  readonly kind: 'object';
  readonly about: About;
  readonly members: ReadonlyMap<string, Member>;
  readonly closed: boolean;
  readonly checks: Checks;
}

/** Any of several. */
export interface Choice {
  readonly kind: 'choice';
  readonly about: About;
  readonly options: readonly Outline[];
}

/** A value that is sent as JSON text, because the dialect can't say what it may be. */
export interface JsonTextOutline {
  readonly kind: 'text';
  readonly about: About;
  readonly of: 'any value' | 'an object';
}

/** What a definition is. */
export interface Link {
  readonly kind: 'link';
  readonly name: string;
}

/** Keywords with numbers and texts. */
export type Checks = ReadonlyMap<string, unknown>;

/**
 * What a value looks like, in the terms that the subsets of JSON Schema share. It accepts at least what
 * the schema accepts from which it is made.
 */
export type Outline = Scalar | List | ObjectOutline | Choice | JsonTextOutline | Link;

export const NO_CHECKS: Checks = new Map();

export function textOf(of: JsonTextOutline['of'], about: About = {}): JsonTextOutline {
  return { kind: 'text', of, about };
}

/** The outline with what is said about it, where it says nothing itself. */
export function withAbout(outline: Outline, about: About): Outline {
  if (about.title === undefined && about.description === undefined) return outline;
  if (outline.kind === 'link') return { kind: 'choice', about, options: [outline] };
  const { title = about.title, description = about.description } = outline.about;
  return { ...outline, about: { title, description } };
}

/** One outline of several; null: of none. */
export function choiceOf(options: readonly Outline[], about: About = {}): Outline | null {
  const flat = options.flatMap((option) => (isBare(option) ? option.options : [option]));
  const different = [...new Map(flat.map((option) => [keyOf(option), option])).values()];
  const list = withOneText(different);
  const [first] = list;
  if (first === undefined) return null;
  return list.length === 1 ? withAbout(first, about) : { kind: 'choice', about, options: list };
}

function isBare(outline: Outline): outline is Choice {
  if (outline.kind !== 'choice') return false;
  return outline.about.title === undefined && outline.about.description === undefined;
}

/** A text could be either a text or JSON text, so with JSON text in the choice each is JSON text. */
function withOneText(options: readonly Outline[]): readonly Outline[] {
  const texts = options.filter((option) => option.kind === 'text');
  const [first] = texts;
  if (first === undefined) return options;
  const others = options.filter(
    (option) => option.kind !== 'text' && !(option.kind === 'scalar' && option.type === 'string'),
  );
  const same = texts.length === 1 && others.length === options.length - 1;
  return same ? options : [...others, textOf('any value', first.about)];
}

function keyOf(outline: Outline): string {
  return canonicalText(plain(outline));
}

function plain(value: unknown): unknown {
  if (value instanceof Map) return [...value].map(plain);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plain(each)]));
}

/** Whether null is a value of it. @param definitions that links lead to */
export function allowsNull(
  outline: Outline,
  definitions: ReadonlyMap<string, Outline>,
  seen: ReadonlySet<string> = new Set(),
): boolean {
  switch (outline.kind) {
    case 'scalar':
      return outline.type === 'null';
    case 'choice':
      return outline.options.some((option) => allowsNull(option, definitions, seen));
    case 'link': {
      const target = definitions.get(outline.name);
      if (target === undefined || seen.has(outline.name)) return false;
      return allowsNull(target, definitions, new Set([...seen, outline.name]));
    }
    default:
      return false;
  }
}
