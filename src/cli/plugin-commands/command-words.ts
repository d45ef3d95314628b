import { parseArgs } from 'node:util';
import { OPTIONS, type OptionSpec, ownersOf } from '../options.js';
import { usageError } from '../usage-error.js';

const ALL: readonly (readonly [string, OptionSpec])[] = Object.entries(OPTIONS);

/** The options that every command has. */
const GLOBAL = Object.fromEntries(ALL.filter(([, spec]) => ownersOf(spec) === null));

/**
 * What a command of a plugin is given: all that stands after its name, as it is written, but for the
 * options that all commands of aisopod have. After `--` these go to it too.
 *
 * @param args the whole command line
 * @throws AisopodError USAGE for an option before the name that is not one of these
 */
export function commandWords(args: readonly string[]): string[] {
  const { tokens } = parseArgs({
    args: [...args],
    options: GLOBAL,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const foreign = new Set<number>();
  for (const token of tokens) {
    if (token.kind === 'option' && !Object.hasOwn(GLOBAL, token.name)) foreign.add(token.index);
  }
  const words: string[] = [];
  let named = false;
  let last = -1;
  for (const token of tokens) {
    if (token.kind === 'positional') {
      if (named) words.push(token.value);
      named = true;
    } else if (foreign.has(token.index)) {
      const word = args[token.index] ?? '';
      if (!named) throw beforeName(word);
      // Short options in one word are several tokens.
      if (token.index !== last) words.push(word);
    }
    last = token.index;
  }
  return words;
}

function beforeName(word: string) {
  const owner = ALL.find(([name]) => word === `--${name}` || word.startsWith(`--${name}=`));
  const owners = owner === undefined ? [] : (ownersOf(owner[1]) ?? []);
  const whose =
    owner === undefined
      ? 'is not an option of aisopod'
      : `belongs to ${owners.map((name) => `"${name}"`).join(' and ')}`;
  return usageError(`${word} ${whose}. Put the options of a plugin's command after its name.`, {
    option: word,
  });
}
