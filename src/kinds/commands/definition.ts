import {
  flag,
  list,
  maybe,
  optional,
  required,
  type Shape,
  string,
  table,
  value,
} from '../../base/shape/index.js';
import { type KindDefinition, NAME, nameProblem } from '../../registry/index.js';
import { isReserved, OWN_NAMES, RESERVED_NAMES } from './reserved.js';

/** An argument of a command, for its help; the handler itself judges what it is given. */
export interface CommandArgument {
  readonly name: string;
  readonly description?: string | undefined;
  readonly required: boolean;
  /** It may be given several times. */
  readonly many: boolean;
}

/** A command line, without the program, and what it does. */
export interface CommandExample {
  readonly line: string;
  readonly description: string;
}

/** The spec of a command after it was judged; frozen all the way down. */
export interface CommandSpec {
  readonly description: string;
  /** What stands after the name. */
  readonly usage?: string;
  readonly args: readonly CommandArgument[];
  readonly examples: readonly CommandExample[];
  /** Whether only who is authenticated may run it. */
  readonly requireAuth: boolean;
  /** Whether it reads standard input. */
  readonly stdin: boolean;
  readonly aliases: readonly string[];
}

const NONE: readonly never[] = Object.freeze([]);

// Linear in the length, whatever stands there.
const line = string('one line of text', /^(?=[\s\S]*\S)\P{Cc}*$/u);

const argument: Shape<CommandArgument> = table(
  {
    name: required(line, 'What help calls it'),
    description: maybe(line, 'What it means'),
    required: optional(flag, true, 'Whether it must be given; absent: true'),
    many: optional(flag, false, 'Whether it may be given several times; absent: false'),
  },
  'an object: {"name": "file", "required": true}',
  { open: true },
);

const example: Shape<CommandExample> = table(
  {
    line: required(line, 'A command line, without the program'),
    description: required(line, 'What it does'),
  },
  'an object: {"line": "...", "description": "..."}',
  { open: true },
);

const RESERVED = [...new Set([...RESERVED_NAMES, ...OWN_NAMES])];

const alias: Shape<string> = value({
  expected: 'a legal name',
  // Case does not count for reserved names, which a schema can't say.
  schema: { type: 'string', pattern: NAME.source, not: { enum: RESERVED } },
  convert: (found) =>
    typeof found === 'string' && nameProblem(found) === null && !isReserved(found)
      ? found
      : undefined,
  hint: (found) => (typeof found === 'string' ? (nameProblem(found) ?? reservedText(found)) : null),
});

/** A word of the command line. */
export const commandDefinition: KindDefinition<CommandSpec, CommandSpec> = {
  kind: 'command',
  names: 'unique',
  caseCounts: false,
  methods: ['invoke'],
  registrar: { member: 'registerCommand' },
  spec: table(
    {
      description: required(
        string('text that is not blank', /\S/),
        'What the command does; its first line stands in overviews',
        'say in a sentence what the command does',
      ),
      usage: maybe(line, 'What stands after the name; absent: made of args'),
      args: optional(
        list(argument, { expected: 'a list' }),
        NONE,
        'Its arguments, for help; the handler judges what it is given',
      ),
      examples: optional(list(example, { expected: 'a list' }), NONE, 'Command lines'),
      requireAuth: optional(
        flag,
        true,
        'Whether only an authenticated caller may run it; absent: true',
      ),
      stdin: optional(flag, false, 'Whether it reads standard input; absent: false'),
      aliases: optional(list(alias, { expected: 'a list' }), NONE, 'Further names'),
    },
    'an object: {"description": "..."}',
    { open: true },
  ),
  check(read, { name, refuse }) {
    if (isReserved(name)) refuse('', reservedText(name));
    return read;
  },
  aliasesOf: ({ aliases }) => aliases,
};

function reservedText(name: string): string {
  return `"${name}" is reserved for aisopod itself; choose another name`;
}
