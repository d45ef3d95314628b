import { Status } from '../../abi/index.js';
import { AisopodError, isError, thrownText } from '../../base/errors/index.js';
import { readJson, writeJson } from '../../base/json/index.js';
import type { Answer } from '../../instance/index.js';

/**
 * The answer for what a handler returned: its JSON, or why it is none.
 * @param what names the value in messages
 */
export function answerOf(value: unknown, payloadBytes: number, what = 'the reply'): Answer {
  let json: string;
  try {
    json = value === undefined ? 'null' : writeJson(value);
  } catch (error) {
    return refused('REPLY_REFUSED', `${what} ${textOf(error)}`);
  }
  const bytes = bytesOf(json, payloadBytes);
  if (bytes <= payloadBytes) return { ok: true, json };
  return refused('PAYLOAD_TOO_LARGE', `${what} has ${bytes} bytes; the limit is ${payloadBytes}`);
}

/** The answer for what a handler threw. */
export function failureOf(thrown: unknown): Answer {
  const cause = isError(thrown) ? { cause: thrown } : {};
  if (!AisopodError.is(thrown)) {
    return { ok: false, code: 'FAIL', message: textOf(thrown), ...cause };
  }
  const code = Object.hasOwn(Status, thrown.code) ? thrown.code : 'FAIL';
  const details = jsonCopy(thrown.details);
  const failure = { ok: false as const, code, message: thrown.message, ...cause };
  return details === undefined ? failure : { ...failure, details };
}

/** The answer for a call that the host ends because of how the plugin answers it. */
export function refused(code: 'REPLY_REFUSED' | 'PAYLOAD_TOO_LARGE', message: string): Answer {
  return { ok: false, code, message };
}

/** The message of whatever was thrown. */
export function textOf(thrown: unknown): string {
  return thrownText(thrown) || 'it threw an error without a message';
}

/** UTF-8 bytes of a text; counted only when they could be over the limit. */
export function bytesOf(text: string, limit: number): number {
  return text.length * 3 <= limit ? text.length : Buffer.byteLength(text);
}

/** Details that are no JSON must not cost the caller the answer. */
function jsonCopy(value: unknown): unknown {
  try {
    return value === undefined ? undefined : readJson(writeJson(value));
  } catch {
    return undefined;
  }
}
