import { ERROR_CODES, type ErrorCode } from './codes.js';

// Two copies of this package in one process (a linked checkout, a Worker) have two classes; the
// registered symbol lets either recognise the other's errors.
const BRAND = Symbol.for('aisopod.error');

/** How a failure looks as data: on the wire, in `--json`, in `error` of a tool's result. */
export interface ErrorData {
  readonly code: string;
  readonly message: string;
  readonly details?: unknown;
}

/** An error of a plugin as data, and what is behind it. */
export interface FailureData extends ErrorData {
  /** What the plugin threw, with its stack, where it is code of this process; never enumerable. */
  readonly cause?: unknown;
}

/**
 * The one error of the package.
 *
 * `code` is for programs, `message` for people (what happened, where, what was expected, what to
 * do), `details` is data that belongs to the code and survives JSON.
 */
export class AisopodError extends Error {
  override readonly name = 'AisopodError';
  readonly code: ErrorCode;
  readonly details: unknown;

  /**
   * @param code a key of ERROR_CODES
   * @param message sentences for a person
   * @param options `details`: data for programs; `cause`: the error behind this one
   */
  constructor(
    code: ErrorCode,
    message: string,
    options: { details?: unknown; cause?: unknown } = {},
  ) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.details = options.details;
    Object.defineProperty(this, BRAND, { value: true });
  }

  /** True for an AisopodError of any copy of this package in the process. */
  static is(value: unknown): value is AisopodError {
    try {
      return typeof value === 'object' && value !== null && BRAND in value;
    } catch {
      return false; // A revoked proxy.
    }
  }

  /** `value` itself when it is an AisopodError, else an INTERNAL one with `value` as its cause. */
  static from(value: unknown, code: ErrorCode = 'INTERNAL'): AisopodError {
    if (AisopodError.is(value)) return value;
    return new AisopodError(code, thrownText(value) || ERROR_CODES[code], { cause: value });
  }

  toJSON(): ErrorData {
    const { code, message, details } = this;
    return details === undefined ? { code, message } : { code, message, details };
  }
}

/** Whether a value is an error that can be read; a revoked proxy of one cannot. */
export function isError(value: unknown): value is Error {
  try {
    return value instanceof Error;
  } catch {
    return false;
  }
}

/** Returns the message of whatever was thrown, of which plugins throw anything. */
export function thrownText(thrown: unknown): string {
  try {
    return String(thrown instanceof Error ? thrown.message : thrown);
  } catch {
    return 'the thrown value has no text';
  }
}

/** Returns a failure as data. What caused it is there for this process, and not part of the data. */
export function errorData({ code, message, details, cause }: FailureData): FailureData {
  const data: ErrorData = details === undefined ? { code, message } : { code, message, details };
  if (cause !== undefined) Object.defineProperty(data, 'cause', { value: cause });
  return data;
}
