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
    return typeof value === 'object' && value !== null && BRAND in value;
  }

  /** `value` itself when it is an AisopodError, else an INTERNAL one with `value` as its cause. */
  static from(value: unknown, code: ErrorCode = 'INTERNAL'): AisopodError {
    if (AisopodError.is(value)) return value;
    const message = value instanceof Error ? value.message : String(value);
    return new AisopodError(code, message || ERROR_CODES[code], { cause: value });
  }

  toJSON(): ErrorData {
    const { code, message, details } = this;
    return details === undefined ? { code, message } : { code, message, details };
  }
}
