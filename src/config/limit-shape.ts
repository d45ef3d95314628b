import { type Field, optional, type Shape, table, wholeNumber } from '../base/shape/index.js';
import { DEFAULT_LIMITS, type Limits, largestLimit } from './limits.js';

/** `payloadBytes` is `payload_bytes` in TOML. */
function tomlKey(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

const NAMES = Object.keys(DEFAULT_LIMITS) as (keyof Limits)[];

const rows = table(
  Object.fromEntries(
    NAMES.map((name): [string, Field<number | null>] => [
      tomlKey(name),
      optional(wholeNumber(1, largestLimit(name)), null),
    ]),
  ),
);

/** Some limits, as a table of config.toml states them: those of `Limits`, in snake case. */
export const limits: Shape<Partial<Limits>> = {
  expected: 'a table of limits',
  schema: rows.schema,
  read(value, place, findings) {
    const read = rows.read(value, place, findings);
    if (!read) return undefined;
    const stated = NAMES.flatMap((name) => {
      const limit = read[tomlKey(name)];
      return typeof limit === 'number' ? [[name, limit]] : [];
    });
    return Object.freeze(Object.fromEntries(stated));
  },
};
