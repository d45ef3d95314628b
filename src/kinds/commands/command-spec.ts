import type { RawRegistration } from '../../abi/index.js';
import { freezeDeep, isObject, pointerTo } from '../../base/json/index.js';
import { readSpecObject } from '../../base/schema/index.js';
import { textOrType, unknownKeyText } from '../../base/text/index.js';
import {
  nameProblem,
  type ParsedSpec,
  type SpecParser,
  type SpecProblem,
} from '../../registry/index.js';
import { isReserved } from './reserved.js';

/** An argument of a command, for its help; the handler itself judges what it is given. */
export interface CommandArgument {
  readonly name: string;
  readonly description?: string;
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

const KEYS = ['description', 'usage', 'args', 'examples', 'requireAuth', 'stdin', 'aliases'];
const ARGUMENT_KEYS = ['name', 'description', 'required', 'many'];
const EXAMPLE_KEYS = ['line', 'description'];

/**
 * Reads the spec of a command: `description` (required), `usage`, `args`, `examples`,
 * `requireAuth` (true unless said otherwise), `stdin` (false), `aliases`. Names that are reserved are
 * refused. Everything that is wrong is reported at once; a key that is not known is a warning.
 */
export const parseCommandSpec: SpecParser<CommandSpec> = (raw) => new CommandSpecReader().read(raw);

class CommandSpecReader {
  readonly #problems: SpecProblem[] = [];
  readonly #warnings: SpecProblem[] = [];

  read({ name, spec: text }: RawRegistration): ParsedSpec<CommandSpec> {
    this.#refuseReserved(name, '');
    const spec = this.#parse(text);
    this.#unknownKeys(spec, KEYS, '');
    const usage = this.#line(spec.usage, '/usage');
    const made: CommandSpec = {
      description: this.#description(spec.description),
      ...(usage !== undefined && { usage }),
      args: this.#list(spec.args, '/args', (each, path) => this.#argument(each, path)),
      examples: this.#list(spec.examples, '/examples', (each, path) => this.#example(each, path)),
      requireAuth: this.#boolean(spec.requireAuth, '/requireAuth', true),
      stdin: this.#boolean(spec.stdin, '/stdin', false),
      aliases: this.#list(spec.aliases, '/aliases', (each, path) => this.#alias(each, path)),
    };
    return {
      spec: this.#problems.length === 0 ? freezeDeep(made) : made,
      aliases: made.aliases,
      problems: this.#problems,
      warnings: this.#warnings,
    };
  }

  #parse(text: string): Record<string, unknown> {
    const spec = readSpecObject(text, '{"description": "..."}');
    if (typeof spec !== 'string') return spec;
    this.#problem('', spec);
    return { description: 'unread' };
  }

  #description(value: unknown): string {
    if (typeof value === 'string' && value.trim() !== '') return value;
    if (value === undefined) {
      const message = '"description" is missing; say in a sentence what the command does';
      this.#problem('/description', message);
    } else if (typeof value === 'string') {
      this.#problem('/description', '"description" is empty');
    } else this.#problem('/description', '"description" must be text', 'string', value);
    return '';
  }

  /** Text that stands on one line of help. */
  #line(value: unknown, path: string): string | undefined {
    if (value === undefined) return undefined;
    if (typeof value === 'string' && value.trim() !== '' && !/\p{Cc}/u.test(value)) return value;
    const message = `${JSON.stringify(path.split('/').at(-1))} must be one line of text`;
    this.#problem(path, message, 'string', value);
    return undefined;
  }

  #argument(value: unknown, path: string): CommandArgument | undefined {
    if (!isObject(value)) {
      const message = 'an argument is an object: {"name": "file", "required": true}';
      this.#problem(path, message, 'object', value);
      return undefined;
    }
    this.#unknownKeys(value, ARGUMENT_KEYS, path);
    if (value.name === undefined) this.#problem(`${path}/name`, '"name" of an argument is missing');
    const description = this.#line(value.description, `${path}/description`);
    return {
      name: this.#line(value.name, `${path}/name`) ?? '',
      ...(description !== undefined && { description }),
      required: this.#boolean(value.required, `${path}/required`, true),
      many: this.#boolean(value.many, `${path}/many`, false),
    };
  }

  #example(value: unknown, path: string): CommandExample | undefined {
    if (!isObject(value)) {
      const message = 'an example is an object: {"line": "...", "description": "..."}';
      this.#problem(path, message, 'object', value);
      return undefined;
    }
    this.#unknownKeys(value, EXAMPLE_KEYS, path);
    for (const key of EXAMPLE_KEYS) {
      if (value[key] === undefined) {
        this.#problem(`${path}/${key}`, `"${key}" of an example is missing`);
      }
    }
    return {
      line: this.#line(value.line, `${path}/line`) ?? '',
      description: this.#line(value.description, `${path}/description`) ?? '',
    };
  }

  #alias(value: unknown, path: string): string | undefined {
    if (typeof value !== 'string') {
      this.#problem(path, 'an alias must be text', 'string', value);
      return undefined;
    }
    const wrong = nameProblem(value);
    if (wrong !== null) {
      this.#problem(path, `the alias ${JSON.stringify(value)} is no name: ${wrong}`);
      return undefined;
    }
    this.#refuseReserved(value, path);
    return value;
  }

  #refuseReserved(name: string, path: string): void {
    if (!isReserved(name)) return;
    this.#problem(path, `"${name}" is reserved for aisopod itself; choose another name`);
  }

  #list<T>(
    value: unknown,
    path: string,
    read: (each: unknown, path: string) => T | undefined,
  ): readonly T[] {
    if (value === undefined) return [];
    if (!Array.isArray(value)) {
      this.#problem(path, `"${path.slice(1)}" must be a list`, 'array', value);
      return [];
    }
    return value.flatMap((each, i) => read(each, `${path}/${i}`) ?? []);
  }

  #boolean(value: unknown, path: string, unsaid: boolean): boolean {
    if (value === undefined) return unsaid;
    if (typeof value === 'boolean') return value;
    const key = JSON.stringify(path.split('/').at(-1));
    this.#problem(path, `${key} must be true or false`, 'boolean', value);
    return unsaid;
  }

  #unknownKeys(spec: Record<string, unknown>, known: readonly string[], path: string): void {
    for (const key of Object.keys(spec)) {
      if (known.includes(key)) continue;
      this.#warnings.push({
        code: 'REGISTRATION_INVALID',
        path: pointerTo(path, key),
        message: unknownKeyText(key, known),
      });
    }
  }

  #problem(path: string, message: string, expected?: string, found?: unknown): void {
    this.#problems.push({
      code: 'REGISTRATION_INVALID',
      path,
      message,
      ...(expected !== undefined && { expected, found: textOrType(found) }),
    });
  }
}
