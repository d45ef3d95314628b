import { jsonText } from '../../base/json/index.js';
import type { Output } from './output.js';
import { printableJson } from './printable.js';

/** Prints data as one line of JSON. */
export function printJson(stdout: Output, value: unknown): Promise<void> {
  return stdout.write(`${printableJson(jsonText(value))}\n`);
}
