import type { Messages } from '../../output/messages.js';

// Calls that are quicker than that show nothing.
const PATIENCE_MS = 500;
const EVERY_MS = 200;

/** The line that shows that a call still runs, on a terminal. */
export class ProgressLine {
  readonly #messages: Messages;
  readonly #title: string;
  readonly #begun = performance.now();
  #timer: NodeJS.Timeout | undefined;
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

  /** Takes the line away; it comes back while the call goes on. Settles when it is gone. */
  hide(): Promise<void> {
    return this.#messages.status(null);
  }

  async end(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.hide();
  }

  #show(): void {
    const seconds = Math.floor((performance.now() - this.#begun) / 1000);
    void this.#messages.status(progressText(this.#title, seconds, this.#fraction, this.#note));
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
