import type { Output } from './output.js';

/** Prints data as one line of JSON. */
export function printJson(stdout: Output, value: unknown): Promise<void> {
  return stdout.write(`${JSON.stringify(value)}\n`);
}
