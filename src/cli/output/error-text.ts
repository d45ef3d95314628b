import { inspect } from 'node:util';
import { AisopodError, type ErrorData, thrownText } from '../../base/errors/index.js';
import { lossyJson } from '../../base/json/index.js';
import { printable } from './printable.js';
import type { Style } from './style.js';

// Members of what a plugin threw may be large.
const INSPECT = { customInspect: false, depth: 3, maxArrayLength: 10, maxStringLength: 1_000 };

/** A failure for people: what happened, the code, then what the details say beyond that. */
export function errorText({ code, message, details }: ErrorData, style: Style): string {
  const head = `${style('red', 'error:')} ${indented(message)} (${code})`;
  return [head, ...detailLines(details, `${message} ${code}`).map(indented)].join('\n');
}

/** Text of which no line but the first begins like a line of ours. */
function indented(text: string): string {
  return printable(text).replace(/\n(?! {2})/g, '\n  ');
}

/** What is behind an error, with its stack and its own causes, for the one who mends it; '': nothing. */
export function causeText({ cause }: { readonly cause?: unknown }): string {
  return cause instanceof Error ? `  caused by: ${indented(inspect(cause, INSPECT))}` : '';
}

/** The stack of what is at the bottom of an error, for the report of a bug. */
export function stackText(error: unknown): string {
  const bottom = AisopodError.is(error) && error.cause !== undefined ? error.cause : error;
  return printable(bottom instanceof Error ? (bottom.stack ?? bottom.message) : thrownText(bottom));
}

/**
 * One line for each detail. What the message has said already is not said again.
 * @param said the text that stands above
 */
export function detailLines(details: unknown, said: string): string[] {
  if (details === undefined || details === null) return [];
  const entries: [string, unknown][] =
    typeof details === 'object' && !Array.isArray(details)
      ? Object.entries(details)
      : [['details', details]];
  return entries
    .filter(([, value]) => leaves(value).some((leaf) => !said.includes(leaf)))
    .map(([key, value]) => `  ${key}: ${typeof value === 'string' ? value : lossyJson(value)}`);
}

function leaves(value: unknown): string[] {
  if (value === null || value === undefined) return [];
  if (typeof value === 'object') return Object.values(value).flatMap(leaves);
  return [String(value)];
}
