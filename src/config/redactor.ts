import { AisopodError } from '../base/errors/index.js';
import { isDeeperThan, jsonText, lossyJson, readJson, SPEC_DEPTH } from '../base/json/index.js';

/** What stands for a secret wherever something is shown. */
export const REDACTED = '[secret]';

// Shorter ones stand in every other word by chance; and a line of a key is long.
const SHORTEST = 4;
const SHORTEST_LINE = 8;

/** Takes the secrets of one plugin out of whatever it says. It never forgets one. */
export class Redactor {
  readonly #needles = new Set<string>();
  #pattern: RegExp | null = null;

  /** Whether there is anything to take out. */
  get active(): boolean {
    return this.#pattern !== null;
  }

  /** From now on these are secret; of several lines, each line too, and as JSON writes it. */
  add(secrets: readonly string[]): void {
    if (secrets.length === 0) return;
    for (const secret of secrets) {
      const lines = secret.split(/\r?\n/).filter((line) => line.length >= SHORTEST_LINE);
      for (const text of [secret, ...lines]) {
        if (text.length < SHORTEST) continue;
        this.#needles.add(text);
        this.#needles.add(jsonText(text).slice(1, -1));
        this.#needles.add(encodeURIComponent(wellFormed(text)));
        this.#needles.add(Buffer.from(text).toString('base64'));
      }
    }
    if (this.#needles.size === 0) return;
    // The longest first: of a secret that begins like another, nothing may be left.
    const longest = [...this.#needles].sort((a, b) => b.length - a.length);
    this.#pattern = new RegExp(longest.map(literally).join('|'), 'g');
  }

  text(text: string): string {
    return this.#pattern === null ? text : text.replace(this.#pattern, REDACTED);
  }

  /** JSON data without secrets, as keys or as values; what holds none is answered as it is. */
  data<T>(value: T): T {
    if (this.#pattern === null) return value;
    if (isDeeperThan(value, SPEC_DEPTH)) return this.text(jsonText(value)) as T;
    return this.#clean(value) as T;
  }

  /** An error whose message, details and causes hold no secret. */
  error(error: AisopodError): AisopodError {
    if (this.#pattern === null) return error;
    const { code, details, cause } = error;
    const message = this.text(error.message);
    const clean = details === undefined ? undefined : this.data(jsonOf(details));
    const sameDetails = details === undefined || jsonText(clean) === lossyJson(details);
    const same = message === error.message && sameDetails;
    const cleanCause = this.#cause(cause);
    if (same && cleanCause === cause) return error;
    const options = cause === undefined ? {} : { cause: cleanCause };
    return new AisopodError(code, message, { ...options, details: clean });
  }

  #cause(cause: unknown): unknown {
    if (AisopodError.is(cause)) return this.error(cause);
    if (!(cause instanceof Error)) return typeof cause === 'string' ? this.text(cause) : cause;
    const message = this.text(cause.message);
    return message === cause.message ? cause : new Error(message);
  }

  #clean(value: unknown): unknown {
    if (typeof value === 'string') return this.text(value);
    if (typeof value === 'number') return this.#needles.has(String(value)) ? REDACTED : value;
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map((each) => this.#clean(each));
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) => [this.text(key), this.#clean(each)]),
    );
  }
}

function literally(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

/** Details are meant to be JSON; what is not is lost there anyway. */
function jsonOf(details: unknown): unknown {
  return readJson(lossyJson(details) ?? 'null');
}

/** Half a surrogate pair, which encodeURIComponent() would throw at, cannot come out of UTF-8. */
function wellFormed(text: string): string {
  return Buffer.from(text).toString();
}
