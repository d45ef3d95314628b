/** Something of a tool's parameters that a dialect can't say. The host checks it all the same. */
export interface DroppedKeyword {
  /** JSON pointer into `parameters`: the schema that has the keyword. */
  readonly path: string;
  readonly keyword: string;
  /** Why, and what is sent instead. */
  readonly reason: string;
}

/** Gathers what is dropped of one tool, each thing once. */
export class Drops {
  readonly #found = new Map<string, DroppedKeyword>();

  add(path: string, keyword: string, reason: string): void {
    const key = `${path} ${keyword}`;
    if (!this.#found.has(key)) this.#found.set(key, Object.freeze({ path, keyword, reason }));
  }

  /** In the order in which they were found. */
  get list(): readonly DroppedKeyword[] {
    return Object.freeze([...this.#found.values()]);
  }
}
