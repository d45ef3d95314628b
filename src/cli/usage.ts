import { AisopodError } from '../base/errors/index.js';
import { nearest, notFoundText, show } from '../base/text/index.js';
import { ALIASES, COMMANDS, type CommandEntry } from './commands.js';
import { OPTIONS, type OptionSpec, ownersOf } from './options.js';
import type { CommandLine, OptionFault } from './parse.js';
import { usageError } from './usage-error.js';

export function optionError({ option, kind }: OptionFault, command: CommandEntry | null) {
  if (kind !== 'unknown') {
    const example = kind === 'needs a value' ? `, as in ${option}=${valueName(option)}` : '';
    return usageError(`${option} ${kind}${example}.`, { option }, command?.name);
  }
  const known = Object.keys(OPTIONS).map((name) => `--${name}`);
  const similar = nearest(option, known);
  return usageError(
    notFoundText('option', option, { similar }),
    { option, similar },
    command?.name,
  );
}

/** Options that belong to another command. */
export function checkOptions({ given }: CommandLine, command: CommandEntry): void {
  for (const name of given) {
    const owners = ownersOf(OPTIONS[name]);
    if (owners === null || owners.includes(command.name)) continue;
    const of = owners.map((owner) => `"aisopod ${owner}"`).join(' and ');
    throw usageError(
      `--${name} is an option of ${of}, not of "aisopod ${command.name}".`,
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
  if (extra !== undefined && wanted.at(-1)?.rest !== true) {
    const hint = name === 'tools call' ? ' Put the JSON in quotes, as one word.' : '';
    const message = `"aisopod ${name}" does not take ${show(extra)}.${hint}`;
    throw usageError(message, { argument: extra }, name);
  }
}

/**
 * What to say about words that name no command.
 * @param others what could have been written besides our own: the commands of plugins
 * @param owner sentences about the plugin that would have the command
 */
export function commandError(
  words: readonly string[],
  others: readonly string[] = [],
  owner: string | null = null,
): AisopodError {
  const [first = '', second] = words;
  const group = ALIASES[first] ?? first;
  const inGroup = COMMANDS.filter(({ name }) => name.startsWith(`${group} `));
  const verbs = inGroup.map(({ name }) => name.slice(group.length + 1));
  if (inGroup.length === 0) {
    const similar = similarCommands(first, others);
    const details = { command: first, similar: similar[0] ?? null };
    const text = notFoundText('command', first, { similar, owner });
    // The hint about the owner is what helps then.
    return owner === null
      ? usageError(text, details)
      : new AisopodError('USAGE', text, { details });
  }
  if (second === undefined) {
    return usageError(`"aisopod ${group}" needs one of: ${verbs.join(', ')}.`, { verbs }, group);
  }
  const name = `${group} ${second}`;
  const verb = nearest(second, verbs);
  const message = notFoundText('command', name, {
    similar: verb && `${group} ${verb}`,
    known: inGroup.map((command) => command.name),
  });
  return usageError(message, { command: name, similar: verb }, group);
}

/**
 * What someone meant by a first word that is none: a last word that was written alone ("doctor" for
 * "plugins doctor"), else the nearest first word, else the nearest last one.
 */
function similarCommands(word: string, others: readonly string[]): string[] {
  const lastWord = ({ name }: CommandEntry) => name.split(' ').at(-1) ?? '';
  const endingWith = (last: string | null) =>
    COMMANDS.filter((entry) => lastWord(entry) === last).map(({ name }) => `aisopod ${name}`);
  const exact = endingWith(word.toLowerCase());
  if (exact.length > 0) return exact;
  const own = COMMANDS.map(({ name }) => name.split(' ', 1)[0] ?? '');
  const first = nearest(word, new Set([...own, ...others]));
  return first === null ? endingWith(nearest(word, COMMANDS.map(lastWord))) : [first];
}

function valueName(option: string): string {
  const spec: OptionSpec | undefined = Object.entries(OPTIONS).find(
    ([name]) => `--${name}` === option,
  )?.[1];
  return spec?.value ?? 'VALUE';
}
