import {
  flag,
  list,
  optional,
  type Shape,
  section,
  table,
  text,
  value,
  wholeNumber,
} from '../../base/shape/index.js';

// host: letters of a name or an IPv4 address, or an IPv6 address in brackets.
const HOST = '(?:(?:\\*\\.)?[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?|\\[[0-9A-Fa-f:.]+\\])';
const NETWORK = new RegExp(`^(?:\\*|(?:[a-z][a-z0-9+.-]*://)?${HOST}:(\\d{1,5}))$`);

/** `scheme://host:port`, `host:port` or `*.host:port`; `*` is every place. */
const network: Shape<string> = value({
  expected:
    'a place such as "https://api.example.com:443", "example.com:443" or "*.example.com:443"; "*" is every place',
  schema: { type: 'string', pattern: NETWORK.source, maxLength: 512 },
  convert: (found) => {
    if (typeof found !== 'string' || found.length > 512) return undefined;
    if (found === '*') return found;
    const port = Number(NETWORK.exec(found)?.[1]);
    return port >= 1 && port <= 65535 ? found : undefined;
  },
  hint: (found) =>
    typeof found === 'string' && !/:\d+$/.test(found) ? 'the port has to be named' : null,
});

// `..` would let the tree that is granted be another than the one that is read.
const FILE =
  /^(?!\P{Cc}*[\\/]\.\.(?:[\\/]|$))(?:\/|~\/|\$DATA(?:\/|$)|\$PLUGIN(?:\/|$)|[A-Za-z]:[\\/])\P{Cc}*$/u;

/** An absolute path, or one below the home, `$DATA` or `$PLUGIN`; a `/` at its end means the tree. */
const filePath = text(
  'a path that starts with /, ~/, $DATA or $PLUGIN and has no ..; a / at its end means the tree',
  FILE,
  4096,
);

const variable = text('the name of one environment variable', /^[A-Za-z_][A-Za-z0-9_]*$/);

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
const size = quantity(SIZES, 'a size', 'bytes', '256MiB');

/** Milliseconds: a number, or a string with a unit. */
const duration = quantity(TIMES, 'a time', 'milliseconds', '30s');

const NONE: readonly string[] = Object.freeze([]);

/** What a plugin needs: `[permissions]` of a manifest. */
export interface Permissions {
  /** Places such as `https://api.example.com:443` or `*.example.com:443`; `*` is every place. */
  readonly network: readonly string[];
  /** Paths that start with /, ~/, $DATA or $PLUGIN; a / at the end means the tree. */
  readonly filesystem: {
    readonly read: readonly string[];
    readonly write: readonly string[];
  };
  /** Names of environment variables. */
  readonly environment: readonly string[];
  readonly storage: boolean;
  readonly process: boolean;
  readonly ui: boolean;
  /** memory in bytes, cpu and time in milliseconds; null: the limit of the host. */
  readonly limits: {
    readonly memory: number | null;
    readonly cpu: number | null;
    readonly time: number | null;
    readonly descriptors: number | null;
  };
}

/** `[permissions]` of a manifest, and what config.toml grants ahead. */
export const permissions: Shape<Permissions> = table(
  {
    network: optional(list(network), NONE),
    filesystem: section(
      table(
        { read: optional(list(filePath), NONE), write: optional(list(filePath), NONE) },
        'a table of read and write',
      ),
    ),
    environment: optional(list(variable), NONE),
    storage: optional(flag, false),
    process: optional(flag, false),
    ui: optional(flag, false),
    limits: section(
      table(
        {
          memory: optional(size, null),
          cpu: optional(duration, null),
          time: optional(duration, null),
          descriptors: optional(wholeNumber(1), null),
        },
        'a table of memory, cpu, time and descriptors',
      ),
    ),
  },
  'a table of what the plugin needs',
);
