import type { JsonObject } from '../json/index.js';
import { Findings } from './findings.js';

/** Where a value stands in a document: keys of tables, indexes of arrays. */
export type KeyPath = readonly (string | number)[];

/** A place in a document as a linked list: cheap to extend for each value of a walk. */
export interface Place {
  readonly parent: Place | null;
  readonly key: string | number;
}

/** The place `key` under `parent` (null: the document itself). */
export function under(parent: Place | null, key: string | number): Place {
  return { parent, key };
}

/** The linked list as a path, outermost key first. */
export function keyPath(place: Place | null): KeyPath {
  const path: (string | number)[] = [];
  for (let p = place; p; p = p.parent) path.push(p.key);
  return path.reverse();
}

/**
 * What a value has to look like, as data: a document is described by a tree of shapes, and the
 * same tree checks it, fills its defaults, names what was expected, and gives the JSON Schema.
 */
export interface Shape<out T> {
  /** Completes "expected ...": `a semantic version such as 1.2.3`. */
  readonly expected: string;
  readonly schema: JsonObject;
  /**
   * Checks and converts. Goes on after a fault, so that all are found.
   * @returns undefined when this value itself has a fault, which was reported; a table in which
   *   something has a fault is Loose
   */
  read(value: unknown, place: Place | null, findings: Findings): T | undefined;
}

/** A table that was read with faults: what had one is undefined. */
export type Loose<T> = { readonly [K in keyof T]: T[K] | undefined };

/** The type of what a shape yields. */
export type Read<S> = S extends Shape<infer T> ? T : never;

/** A key of a table: its shape, and what stands for it when it is absent. */
export interface Field<out T> {
  readonly shape: Shape<unknown>;
  readonly required: boolean;
  readonly fallback: T;
  /** What the key is for; stands in the published schema instead of what is expected. */
  readonly about: string | null;
  /** What to do when it is missing, besides what is expected. */
  readonly ifMissing: string | null;
}

/** A key that is absent in what was read when the document leaves it out. */
export interface Maybe<out T> extends Field<T> {
  readonly maybe: true;
}

/** A key that must be there. */
export function required<T>(
  shape: Shape<T>,
  about: string | null = null,
  ifMissing: string | null = null,
): Field<T> {
  return { shape, required: true, fallback: undefined as T, about, ifMissing };
}

/** @param fallback the value when the key is absent; shared by all documents, so frozen */
export function optional<T, const D>(
  shape: Shape<T>,
  fallback: D,
  about: string | null = null,
): Field<T | D> {
  return { shape, required: false, fallback, about, ifMissing: null };
}

/** A key without a value of its own when it is absent. */
export function maybe<T>(shape: Shape<T>, about: string | null = null): Maybe<T> {
  const fallback = undefined as T;
  return { shape, required: false, fallback, about, ifMissing: null, maybe: true };
}

/** A table that may be left out, and then is as if it stood there empty. */
export function section<T>(shape: Shape<T>, about: string | null = null): Field<T> {
  const empty = shape.read({}, null, new Findings('INTERNAL'));
  return { shape, required: false, fallback: empty as T, about, ifMissing: null };
}

/** The keys of a table. */
export type Fields = Readonly<Record<string, Field<unknown>>>;
export type ReadTable<F> = {
  readonly [K in keyof F as F[K] extends Maybe<unknown> ? never : K]: F[K] extends Field<infer T>
    ? T
    : never;
} & {
  readonly [K in keyof F as F[K] extends Maybe<unknown> ? K : never]?: F[K] extends Field<infer T>
    ? T
    : never;
};
