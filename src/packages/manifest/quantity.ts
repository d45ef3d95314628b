import { type Shape, value } from '../../base/shape/index.js';

type Units = Readonly<Record<string, number>>;

const SIZES: Units = { B: 1, kB: 1e3, MB: 1e6, GB: 1e9, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };
const TIMES: Units = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

function quantity(units: Units, what: string, unit: string, example: string): Shape<number> {
  const names = Object.keys(units);
  const pattern = new RegExp(`^(\\d{1,12}) ?(${names.join('|')})$`);
  return value({
    expected: `${what}: a number of ${unit} from 1, or a string such as "${example}"`,
    schema: {
      anyOf: [
        { type: 'integer', minimum: 1 },
        { type: 'string', pattern: pattern.source },
      ],
    },
    convert: (found) => {
      const match = typeof found === 'string' && pattern.exec(found);
      const amount = match ? Number(match[1]) * (units[match[2] as string] as number) : found;
      return Number.isSafeInteger(amount) && (amount as number) > 0
        ? (amount as number)
        : undefined;
    },
    hint: () => `units: ${names.join(', ')}`,
  });
}

/** Bytes: a number, or a string with a unit. */
export const size = quantity(SIZES, 'a size', 'bytes', '256MiB');

/** Milliseconds: a number, or a string with a unit. */
export const duration = quantity(TIMES, 'a time', 'milliseconds', '30s');
