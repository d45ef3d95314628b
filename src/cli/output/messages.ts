import type { Output } from './output.js';
import { printable } from './printable.js';
import type { Style } from './style.js';

// Back to the start of the row, and the row erased.
const ERASE = '\r\x1b[2K';

/** Standard error: messages for people, and on a terminal one line that is rewritten in place. */
export class Messages {
  readonly style: Style;
  /** Whether a line can be rewritten; false in a pipe and on a terminal without cursor. */
  readonly canRewrite: boolean;
  readonly #out: Output;
  #status: string | null = null;

  constructor(out: Output, style: Style, env: NodeJS.ProcessEnv) {
    this.#out = out;
    this.style = style;
    this.canRewrite = out.isTTY && env.TERM !== 'dumb';
  }

  /** Writes lines; text of strangers goes through printable() first. */
  line(text: string): Promise<void> {
    return this.#out.write(`${this.#status === null ? '' : ERASE}${text}\n${this.#status ?? ''}`);
  }

  /** Writes text as it is, which need not be whole lines. */
  write(text: string): Promise<void> {
    return this.#out.write(text);
  }

  /** Whether it goes to a terminal. */
  get isTTY(): boolean {
    return this.#out.isTTY;
  }

  /** A short line that stops nothing. */
  warn(text: string): Promise<void> {
    return this.line(`${this.style('yellow', 'warning:')} ${printable(text)}`);
  }

  /** Cells of its terminal; Infinity where there is none. */
  get columns(): number {
    return this.#out.columns;
  }

  /**
   * Shows a line that the next one replaces; null takes it away.
   * @param text printable, and shorter than `columns`
   */
  status(text: string | null): Promise<void> {
    if (!this.canRewrite || text === this.#status) return Promise.resolve();
    const before = this.#status === null ? '' : ERASE;
    this.#status = text;
    return this.#out.write(before + (this.#status ?? ''));
  }
}
