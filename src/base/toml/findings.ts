import type { ErrorCode } from '../errors/index.js';
import { show } from '../text/index.js';
import { formatKeyPath, type KeyPath, keyPath, type Place } from './key-path.js';
import { locate } from './locate.js';
import type { Problem } from './problem.js';

// Nobody reads more, and a hostile file could hold a hundred thousand.
const MOST = 200;

interface Finding {
  readonly path: KeyPath;
  readonly found: string;
  readonly expected: string;
  readonly hint: string | null;
  readonly code: ErrorCode;
}

interface Extra {
  readonly hint?: string | null;
  readonly code?: ErrorCode;
}

/** Collects what a walk over one document finds; positions are looked up at the end, if needed. */
export class Findings {
  readonly #code: ErrorCode;
  readonly #errors: Finding[] = [];
  readonly #warnings: Finding[] = [];

  /** @param code the code of a finding that names none */
  constructor(code: ErrorCode) {
    this.#code = code;
  }

  get failed(): boolean {
    return this.#errors.length > 0;
  }

  /** @param value what was found; undefined reads as "nothing" */
  error(place: Place | null, value: unknown, expected: string, extra: Extra = {}): void {
    this.#add(this.#errors, place, show(value), expected, extra);
  }

  warn(place: Place | null, found: string, expected: string, extra: Extra = {}): void {
    this.#add(this.#warnings, place, found, expected, extra);
  }

  #add(
    list: Finding[],
    place: Place | null,
    found: string,
    expected: string,
    { hint = null, code = this.#code }: Extra,
  ): void {
    if (list.length < MOST) list.push({ path: keyPath(place), found, expected, hint, code });
  }

  /**
   * The findings with their positions, in the order of the text.
   * @param file named in each problem
   * @param text what was parsed; null when there is no text, and so no position
   */
  place(file: string, text: string | null): { errors: Problem[]; warnings: Problem[] } {
    const all = [...this.#errors, ...this.#warnings];
    if (all.length === 0) return { errors: [], warnings: [] };
    const paths = all.map((finding) => finding.path);
    const positions = text === null ? [] : locate(text, paths);
    const problems = all.map(
      ({ path, ...rest }, i): Problem => ({
        file,
        line: positions[i]?.line ?? null,
        column: positions[i]?.column ?? null,
        path: formatKeyPath(path),
        ...rest,
      }),
    );
    const inOrder = (a: Problem, b: Problem) =>
      (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
    return {
      errors: problems.slice(0, this.#errors.length).sort(inOrder),
      warnings: problems.slice(this.#errors.length).sort(inOrder),
    };
  }
}
