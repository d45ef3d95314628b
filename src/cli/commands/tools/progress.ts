import type { Messages } from '../../output/messages.js';
import { oneLine } from '../../output/printable.js';
import { cut } from '../../output/width.js';

// Calls that are quicker than that show nothing.
const PATIENCE_MS = 500;
const EVERY_MS = 200;

/** The line that shows that a call still runs, on a terminal. */
export class ProgressLine {
  readonly #messages: Messages;
  readonly #title: string;
  readonly #begun = performance.now();
  #timer: NodeJS.Timeout | undefined;
  #ended = false;
  #fraction: number | null = null;
  #note: string | null = null;

  constructor(title: string, messages: Messages) {
    this.#messages = messages;
    this.#title = title;
    if (messages.canRewrite) this.#timer = setTimeout(() => this.#show(), PATIENCE_MS);
  }

  /** What the plugin says about it; shown when it is the line's turn. */
  update(fraction: number | null, note: string | null): void {
    this.#fraction = fraction;
    this.#note = note ?? this.#note;
  }

  /** Takes the line away while something is printed; it comes back while the call goes on. */
  async without(print: () => Promise<void>): Promise<void> {
    clearTimeout(this.#timer);
    await this.#messages.status(null);
    await print();
    // The call may have ended meanwhile, without waiting for what is printed.
    if (this.#messages.canRewrite && !this.#ended) {
      this.#timer = setTimeout(() => this.#show(), EVERY_MS);
    }
  }

  /** Takes the line away for good. Settles when it is gone. */
  async end(): Promise<void> {
    this.#ended = true;
    clearTimeout(this.#timer);
    await this.#messages.status(null);
  }

  #show(): void {
    const seconds = Math.floor((performance.now() - this.#begun) / 1000);
    const text = progressText(this.#title, seconds, this.#fraction, this.#note);
    void this.#messages.status(cut(oneLine(text), this.#messages.columns - 1));
    this.#timer = setTimeout(() => this.#show(), EVERY_MS);
  }
}

/** @param fraction 0 to 1, or null when it is not known */
export function progressText(
  title: string,
  seconds: number,
  fraction: number | null,
  note: string | null,
): string {
  const percent = fraction === null ? null : `${Math.floor(fraction * 100)}%`;
  return [title, percent, `${seconds} s`, note].filter((part) => part !== null).join('  ');
}
