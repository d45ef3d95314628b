import { AisopodError } from '../errors/index.js';
import { nearest } from '../toml/index.js';
import { ALIASES, COMMANDS, type CommandEntry } from './commands.js';
import { OPTIONS, type OptionSpec } from './options.js';
import type { CommandLine, OptionFault } from './parse.js';

/** A wrong command line: what is wrong, then how to get help. */
export function usageError(message: string, details: object, help = ''): AisopodError {
  const line = `aisopod ${help === '' ? '' : `${help} `}--help`;
  return new AisopodError('USAGE', `${message} Help: ${line}`, { details });
}

export function optionError({ option, kind }: OptionFault, command: CommandEntry | null) {
  if (kind !== 'unknown') {
    const example = kind === 'needs a value' ? `, as in ${option}=${valueName(option)}` : '';
    return usageError(`${option} ${kind}${example}.`, { option }, command?.name);
  }
  const known = Object.keys(OPTIONS).map((name) => `--${name}`);
  return usageError(
    `There is no option ${option}.${didYouMean(option, known)}`,
    { option, similar: nearest(option, known) },
    command?.name,
  );
}

/** Options that belong to another command. */
export function checkOptions({ given }: CommandLine, command: CommandEntry): void {
  for (const name of given) {
    const { of }: OptionSpec = OPTIONS[name];
    if (of === undefined || of === command.name) continue;
    throw usageError(
      `--${name} is an option of "aisopod ${of}", not of "aisopod ${command.name}".`,
      { option: `--${name}` },
      command.name,
    );
  }
}

/** @throws AisopodError USAGE when there are too few words for a command, or too many */
export function checkArguments(command: CommandEntry, args: readonly string[]): void {
  const { name, args: wanted } = command;
  const missing = wanted[args.length];
  if (missing?.required === true) {
    throw usageError(`"aisopod ${name}" needs <${missing.name}>.`, { missing: missing.name }, name);
  }
  const extra = args[wanted.length];
  if (extra !== undefined) {
    const hint = name === 'tools call' ? ' Put the JSON in quotes, as one word.' : '';
    const message = `"aisopod ${name}" has no use for ${JSON.stringify(extra)}.${hint}`;
    throw usageError(message, { argument: extra }, name);
  }
}

/** What to say about words that name no command. */
export function commandError(words: readonly string[]): AisopodError {
  const [first = '', second] = words;
  const group = ALIASES[first] ?? first;
  const inGroup = COMMANDS.filter(({ name }) => name.startsWith(`${group} `));
  const verbs = inGroup.map(({ name }) => name.slice(group.length + 1));
  if (inGroup.length === 0) {
    const known = new Set(COMMANDS.map(({ name }) => name.split(' ', 1)[0] ?? ''));
    const details = { command: first, similar: nearest(first, known) };
    return usageError(`There is no command "${first}".${didYouMean(first, known)}`, details);
  }
  if (second === undefined) {
    return usageError(`"aisopod ${group}" needs one of: ${verbs.join(', ')}.`, { verbs }, group);
  }
  const hint = didYouMean(second, verbs) || ` It has: ${verbs.join(', ')}.`;
  const details = { command: `${group} ${second}`, similar: nearest(second, verbs) };
  return usageError(`There is no command "${group} ${second}".${hint}`, details, group);
}

function didYouMean(word: string, known: Iterable<string>): string {
  const similar = nearest(word, known);
  return similar === null ? '' : ` Did you mean ${similar}?`;
}

function valueName(option: string): string {
  const spec: OptionSpec | undefined = Object.entries(OPTIONS).find(
    ([name]) => `--${name}` === option,
  )?.[1];
  return spec?.value ?? 'VALUE';
}
