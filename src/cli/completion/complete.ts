import { shorten } from '../../base/text/index.js';
import type { Context } from '../command.js';
import { ALIASES, type ArgumentSpec, COMMANDS, type CommandEntry } from '../commands.js';
import { OPTIONS, type OptionSpec, ownersOf } from '../options.js';
import { oneLine } from '../output/printable.js';
import { parseCommandLine } from '../parse.js';

/** What a word may become, and what that is. */
export type Candidate = readonly [value: string, about: string];

/**
 * Answers the completion scripts: one line for each candidate, with value and description, separated
 * by a tab. No line: file names. It never fails, and runs nothing of a plugin.
 *
 * @param words of the command line behind the program; the last is being written, and may be empty
 */
export async function complete(words: readonly string[], context: Context): Promise<0> {
  let found: readonly Candidate[] = [];
  try {
    found = await candidates(words, context);
  } catch {
    // A shell has no place for a message while a line is being written.
  }
  const safe = found.filter(([value]) => PLAIN_WORD.test(value));
  await context.stdout.write(
    safe.map(([value, about]) => `${value}\t${oneLine(shorten(about, LONGEST_ABOUT))}\n`).join(''),
  );
  return 0;
}

// UTF-16 units of a description; zsh and fish put it on one row.
const LONGEST_ABOUT = 100;

/**
 * What is one word in every shell, in which none of them looks for anything to run: a manifest can list
 * any text as a name.
 */
const PLAIN_WORD = /^-{0,2}[A-Za-z0-9][A-Za-z0-9_.:-]*$/;

async function candidates(
  words: readonly string[],
  context: Context,
): Promise<readonly Candidate[]> {
  const word = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  if (before.includes('--')) return [];
  const line = parseCommandLine(before);
  if (line.fault?.kind === 'needs a value') return [];
  const [first = '', second] = line.words;
  const group = ALIASES[first] ?? first;
  const entry = COMMANDS.find(({ name }) => name === group || name === `${group} ${second}`);
  if (word.startsWith('-')) return starting(word, optionsOf(entry));
  if (line.words.length === 0) return starting(word, await firstWords(word, line.options, context));
  if (entry === undefined) {
    return line.words.length === 1 ? starting(word, secondWords(group)) : [];
  }
  const arg = entry.args[line.words.length - entry.name.split(' ').length];
  return starting(word, await argumentsOf(arg, word, line.options, context));
}

function starting(word: string, all: readonly Candidate[]): readonly Candidate[] {
  return all.filter(([value]) => value.startsWith(word));
}

function optionsOf(entry: CommandEntry | undefined): Candidate[] {
  return Object.entries<OptionSpec>(OPTIONS)
    .filter(([, spec]) => ownersOf(spec)?.includes(entry?.name ?? '') !== false)
    .map(([name, { help }]) => [`--${name}`, help]);
}

async function firstWords(
  word: string,
  options: Context['options'],
  context: Context,
): Promise<Candidate[]> {
  const own = new Map<string, string>();
  for (const { name, summary } of COMMANDS) {
    const [first = name, second] = name.split(' ');
    own.set(first, second === undefined ? summary : `The commands of ${first}`);
  }
  const { namesOf } = await import('./plugin-names.js');
  return [...own, ...namesOf('commands', word, options, context)];
}

function secondWords(group: string): Candidate[] {
  return COMMANDS.filter(({ name }) => name.startsWith(`${group} `)).map(({ name, summary }) => [
    name.slice(group.length + 1),
    summary,
  ]);
}

async function argumentsOf(
  arg: ArgumentSpec | undefined,
  word: string,
  options: Context['options'],
  context: Context,
): Promise<readonly Candidate[]> {
  const named = arg?.name === 'id' || arg?.name === 'plugin' ? 'plugins' : undefined;
  const kind = arg?.complete ?? named;
  if (kind === undefined) return [];
  if (typeof kind !== 'string') return kind.map((each) => [each, '']);
  if (kind === 'schemas') {
    const { KIND_DEFINITIONS } = await import('../../kinds/index.js');
    return ['manifest', 'config', ...KIND_DEFINITIONS.keys()].map((each) => [each, '']);
  }
  const { idsOf, namesOf } = await import('./plugin-names.js');
  if (kind === 'plugins') return idsOf(options, context);
  return namesOf(kind, word, options, context);
}
