import { parseArgs } from 'node:util';
import { OPTIONS, type OptionName, type OptionSpec, type Options } from './options.js';

/** What is wrong with an option. */
export interface OptionFault {
  /** As it was written, with its dashes. */
  readonly option: string;
  readonly kind: 'unknown' | 'needs a value' | 'takes no value';
}

/** A command line, taken apart. */
export interface CommandLine {
  /** As it was given. */
  readonly args: readonly string[];
  /** What is no option, in order: the command, then its arguments. */
  readonly words: readonly string[];
  readonly options: Options;
  /** The options that were given. */
  readonly given: readonly OptionName[];
  /** The first fault; the rest was still read, so that --json is known. */
  readonly fault: OptionFault | null;
}

/**
 * Takes a command line apart. Options may stand anywhere; all after `--` are words.
 * @param args without the interpreter and the script
 */
export function parseCommandLine(args: readonly string[]): CommandLine {
  const { tokens } = parseArgs({
    args: [...args],
    options: OPTIONS,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const words: string[] = [];
  const faults: OptionFault[] = [];
  const lists: Record<string, string[]> = {
    plugin: [],
    only: [],
    use: [],
    arg: [],
    'allow-host': [],
  };
  const values: Record<string, string | boolean | string[]> = { ...lists };
  const given = new Set<OptionName>();
  // Of short options in one word, such as -lv, all count or none.
  const unknown = new Set<number>();
  for (const token of tokens) {
    if (token.kind === 'option' && specOf(token.name) === undefined) unknown.add(token.index);
  }
  for (const token of tokens) {
    if (token.kind === 'positional') words.push(token.value);
    if (token.kind !== 'option') continue;
    const spec = specOf(token.name);
    if (spec !== undefined && unknown.has(token.index)) continue;
    const kind = faultOf(token, spec);
    if (kind !== null) {
      faults.push({ option: token.rawName, kind });
      // Taken for the value of another option, it still says how the fault is to be printed.
      if (token.value === '--json') values.json = true;
      continue;
    }
    given.add(token.name as OptionName);
    if (spec?.type === 'boolean') values[token.name] = true;
    else if (spec?.multiple === true) lists[token.name]?.push(token.value ?? '');
    else values[token.name] = token.value ?? '';
  }
  const flags = {
    json: false,
    'no-plugins': false,
    strict: false,
    verbose: false,
    stream: false,
    cascade: false,
    force: false,
    mermaid: false,
    write: false,
    http: false,
  };
  const options = { ...flags, help: false, version: false, ...values } as Options;
  return { args, words, options, given: [...given], fault: faults[0] ?? null };
}

function specOf(name: string): OptionSpec | undefined {
  return Object.hasOwn(OPTIONS, name) ? OPTIONS[name as OptionName] : undefined;
}

function faultOf(
  token: { value: string | undefined; inlineValue: boolean | undefined },
  spec: OptionSpec | undefined,
): OptionFault['kind'] | null {
  const { value, inlineValue } = token;
  if (spec === undefined) return 'unknown';
  if (spec.type === 'boolean') return value === undefined ? null : 'takes no value';
  // `--home --json` is a value that was forgotten; `--home=--json` says that it is meant.
  const forgotten = inlineValue !== true && value?.startsWith('-') === true;
  return value === undefined || value === '' || forgotten ? 'needs a value' : null;
}
