import { AisopodError } from '../base/errors/index.js';
import { isDeeperThan, jsonText, lossyJson, readJson, SPEC_DEPTH } from '../base/json/index.js';

/** What stands for a secret wherever something is shown. */
export const REDACTED = '[secret]';

// Shorter ones stand in every other word by chance; and a line of a key is long.
const SHORTEST = 4;
const SHORTEST_LINE = 8;
// Errors within errors that are looked into.
const CAUSES = 32;
// Bytes before a secret modulo 3, and the characters of base64 that hold bits of them.
const BASE64_OFFSETS = [
  [0, 0],
  [1, 2],
  [2, 3],
] as const;

/** Takes the secrets of one plugin out of whatever it says. It never forgets one. */
export class Redactor {
  /** Made with the first secret: most plugins have none. */
  #needles: Set<string> | null = null;
  #pattern: RegExp | null = null;

  /** Whether there is anything to take out. */
  get active(): boolean {
    return this.#pattern !== null;
  }

  /** From now on these are secret, in every form of formsOf(); of several lines, each long line too. */
  add(secrets: readonly string[]): void {
    if (secrets.length === 0) return;
    this.#needles ??= new Set();
    const needles = this.#needles;
    for (const secret of secrets) {
      if (secret.length < SHORTEST) continue;
      for (const form of [...formsOf(secret), ...encodedForms(secret)]) needles.add(form);
      for (const line of secret.split(/\r?\n/)) {
        if (line.length < SHORTEST_LINE) continue;
        for (const form of formsOf(line)) needles.add(form);
      }
    }
    if (needles.size === 0) return;
    // The longest first: of a secret that begins like another, nothing may be left.
    const longest = [...needles].sort((a, b) => b.length - a.length);
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

  /** An error whose message, details, stack and causes hold no secret. */
  error(error: AisopodError): AisopodError {
    return this.thrown(error) as AisopodError;
  }

  /**
   * What a plugin threw, without secrets: its message, stack, causes and members, and those of each error in
   * it. What holds none is returned as it is, since others may wait for that very error.
   */
  thrown(value: unknown): unknown {
    return this.#pattern === null ? value : this.#thrown(value, new Set());
  }

  #thrown(value: unknown, above: Set<unknown>): unknown {
    if (typeof value !== 'object' || value === null) return this.#clean(value);
    if (above.has(value) || above.size >= CAUSES) return '[circular]';
    above.add(value);
    try {
      return value instanceof Error || AisopodError.is(value)
        ? this.#thrownError(value as Error, above)
        : this.#thrownData(value);
    } catch {
      // A getter or a proxy threw: nothing of such a value can be trusted to stay the same.
      return new Error('An error that cannot be read.');
    } finally {
      above.delete(value);
    }
  }

  #thrownError(error: Error, above: Set<unknown>): Error {
    let same = this.#holdsNone(error);
    const members: Record<string, unknown> = {};
    for (const key of new Set([...Object.getOwnPropertyNames(error), 'message', 'stack'])) {
      const member: unknown = Reflect.get(error, key);
      const clean = Array.isArray(member)
        ? member.map((each) => this.#thrown(each, above))
        : this.#thrown(member, above);
      same &&= Array.isArray(clean)
        ? clean.every((each, i) => each === (member as unknown[])[i])
        : clean === member;
      members[key] = clean;
    }
    return same ? error : copyOf(error, members);
  }

  /** JSON data, or what JSON says of anything else. */
  #thrownData(value: object): unknown {
    const said = this.text(String(value));
    if (said !== String(value)) return said;
    const json = lossyJson(value);
    if (json === null) return Object.prototype.toString.call(value);
    const clean = this.data(readJson(json));
    return jsonText(clean) === json ? value : clean;
  }

  /** Whether JSON, for which an error may have a function of its own, says nothing secret of it. */
  #holdsNone(error: Error): boolean {
    if (!('toJSON' in error) || AisopodError.is(error)) return true;
    const json = lossyJson(error) ?? '';
    return this.text(json) === json;
  }

  #clean(value: unknown): unknown {
    if (typeof value === 'string') return this.text(value);
    if (typeof value === 'number') return this.#needles?.has(String(value)) ? REDACTED : value;
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

/** An error of the same kind with these members, without functions, which may hold what they like. */
function copyOf(error: Error, members: Readonly<Record<string, unknown>>): Error {
  const text = String(members.message);
  const { name } = error;
  const copy = AisopodError.is(error) ? new AisopodError(error.code, text) : new Error(text);
  for (const [key, value] of Object.entries(name === copy.name ? members : { name, ...members })) {
    if (typeof value === 'function') continue;
    const enumerable = Object.prototype.propertyIsEnumerable.call(error, key);
    Object.defineProperty(copy, key, { value, enumerable, writable: true, configurable: true });
  }
  return copy;
}

/** The text itself, and as JSON and addresses write it. */
function formsOf(text: string): string[] {
  const json = jsonText(text).slice(1, -1);
  const encoded = encodeURIComponent(wellFormed(text));
  return [
    text,
    json,
    json.replaceAll('/', '\\/'),
    json.replace(
      /[^\x20-\x7e]/g,
      (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
    ),
    jsonText(json).slice(1, -1),
    encoded,
    encoded.replace(/%[\dA-F]{2}/g, (byte) => byte.toLowerCase()),
    new URLSearchParams({ '': wellFormed(text) }).toString().slice(1),
  ];
}

/** Its bytes in base64, wherever in longer bytes they stand (as in `user:password`), and as hex. */
function encodedForms(text: string): string[] {
  const bytes = Buffer.from(text);
  const hex = bytes.toString('hex');
  const forms = [hex, hex.toUpperCase(), bytes.toString('base64'), bytes.toString('base64url')];
  for (const [before, shared] of BASE64_OFFSETS) {
    const moved = Buffer.concat([Buffer.alloc(before), bytes]);
    // The last character has bits of what follows, unless the bytes end where a character does.
    const whole = Math.floor((moved.length * 8) / 6);
    const within = moved.toString('base64').slice(shared, whole);
    if (within.length >= SHORTEST) {
      forms.push(within, within.replaceAll('+', '-').replaceAll('/', '_'));
    }
  }
  return forms;
}

/** Half a surrogate pair, which encodeURIComponent() would throw at, cannot come out of UTF-8. */
function wellFormed(text: string): string {
  return Buffer.from(text).toString();
}
