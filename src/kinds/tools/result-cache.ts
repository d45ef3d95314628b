/** Bounds of what is kept; JavaScript strings are counted with two bytes a character. */
export interface CacheBounds {
  readonly entries: number;
  readonly bytes: number;
  /** Milliseconds that never go back. */
  readonly now: () => number;
}

const DEFAULT_BOUNDS: CacheBounds = {
  entries: 1_000,
  bytes: 16 * 1024 * 1024,
  now: () => performance.now(),
};

/** Whose answer it is. */
export interface CacheOwner {
  readonly plugin: string;
  /** The generation of the plugin. */
  readonly generation: object;
}

interface Kept extends CacheOwner {
  readonly json: string;
  readonly until: number;
  readonly bytes: number;
}

interface Running extends CacheOwner {
  readonly answer: Promise<string | null>;
}

/**
 * Answers of tools, as JSON text, for as long as each may be given again. What was used longest ago
 * makes room, and an answer that would take more than an eighth of all is not kept.
 */
export class ResultCache {
  readonly #bounds: CacheBounds;
  /** By key; the one that was used last is the last. */
  readonly #kept = new Map<string, Kept>();
  /** Calls whose answer will be kept: whoever asks the same meanwhile waits for it. */
  readonly #running = new Map<string, Running>();
  #bytes = 0;

  constructor(bounds: Partial<CacheBounds> = {}) {
    this.#bounds = { ...DEFAULT_BOUNDS, ...bounds };
  }

  get size(): number {
    return this.#kept.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The answer that is kept, if it may still be given. */
  get(key: string): string | undefined {
    const kept = this.#kept.get(key);
    if (kept === undefined) return undefined;
    this.#drop(key, kept);
    if (kept.until <= this.#bounds.now()) return undefined;
    this.#add(key, kept);
    return kept.json;
  }

  /** The answer that somebody else is waiting for; null: it cannot be given to anyone else. */
  running(key: string): Promise<string | null> | undefined {
    return this.#running.get(key)?.answer;
  }

  /**
   * Makes an answer and keeps it, unless its plugin was forgotten meanwhile.
   * @param ttlMs milliseconds from the answer on
   * @param make the answer, and its JSON when it may be kept
   */
  async fill<T>(
    key: string,
    owner: CacheOwner,
    ttlMs: number,
    make: () => Promise<{ readonly answer: T; readonly json: string | null }>,
  ): Promise<T> {
    let settle: (json: string | null) => void = () => {};
    const answer = new Promise<string | null>((resolve) => {
      settle = resolve;
    });
    const { plugin, generation } = owner;
    const mine = { plugin, generation, answer };
    const first = !this.#running.has(key);
    if (first) this.#running.set(key, mine);
    let json: string | null = null;
    try {
      const made = await make();
      if (this.#running.get(key) === mine) json = made.json;
      if (json !== null) this.#keep(key, { plugin, generation, json, ttlMs });
      return made.answer;
    } finally {
      if (this.#running.get(key) === mine) this.#running.delete(key);
      settle(json);
    }
  }

  /** Forgets all answers of a plugin, those on their way too. */
  forget(plugin: string): void {
    this.#forgetIf((owner) => owner.plugin === plugin);
  }

  /** Forgets all answers of generations that are gone. */
  forgetGenerations(gone: ReadonlySet<object>): void {
    this.#forgetIf(({ generation }) => gone.has(generation));
  }

  #forgetIf(gone: (owner: CacheOwner) => boolean): void {
    for (const [key, kept] of this.#kept) if (gone(kept)) this.#drop(key, kept);
    for (const [key, running] of this.#running) if (gone(running)) this.#running.delete(key);
  }

  #keep(key: string, made: CacheOwner & { readonly json: string; readonly ttlMs: number }): void {
    const { plugin, generation, json, ttlMs } = made;
    const before = this.#kept.get(key);
    if (before !== undefined) this.#drop(key, before);
    const bytes = 2 * (key.length + json.length);
    if (bytes > this.#bounds.bytes / 8) return;
    this.#add(key, { plugin, generation, json, bytes, until: this.#bounds.now() + ttlMs });
    for (const [oldest, kept] of this.#kept) {
      if (this.#kept.size <= this.#bounds.entries && this.#bytes <= this.#bounds.bytes) break;
      this.#drop(oldest, kept);
    }
  }

  #add(key: string, kept: Kept): void {
    this.#kept.set(key, kept);
    this.#bytes += kept.bytes;
  }

  #drop(key: string, kept: Kept): void {
    this.#kept.delete(key);
    this.#bytes -= kept.bytes;
  }
}
