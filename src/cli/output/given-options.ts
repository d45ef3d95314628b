import { shellWord } from '../../base/text/index.js';
import type { Options } from '../options.js';

// The commands that look at the home or its plugins; hints name no others with an effect of these options. A
// hint of a host names the home already where it has to be copied out of the program of an embedder.
const HINT =
  /\baisopod (?=(?:auth|commands|config|hooks|middleware|paths|plugins|tools)\b)(?!\w+ \w+ --home )/g;

/** Options that decide which plugins there are. */
export interface GivenOptions {
  readonly home?: Options['home'] | undefined;
  readonly plugin: Options['plugin'];
  readonly use: Options['use'];
}

/** Returns a text whose hints carry --home, --plugin and --use as they were given, so that they can be copied. */
export function withGivenOptions(text: string, { home, plugin, use }: GivenOptions): string {
  const given = [
    ...(home === undefined ? [] : [`--home ${shellWord(home)}`]),
    ...plugin.map((folder) => `--plugin ${shellWord(folder)}`),
    ...use.map((each) => `--use ${shellWord(each)}`),
  ];
  return given.length === 0 ? text : text.replace(HINT, () => `aisopod ${given.join(' ')} `);
}
