import { foldName } from '../../registry/index.js';

/** The names that no plugin may take, besides those that the host's own commands have. */
export const RESERVED_NAMES: readonly string[] = (
  'help version config init start stop restart status log logs plugin plugins install uninstall ' +
  'update upgrade enable disable list show get set delete remove create new run exec shell repl ' +
  'chat send receive connect disconnect login logout auth token key secret env export import ' +
  'backup restore migrate reset clear clean purge test check validate lint format build deploy ' +
  'publish release tag branch commit push pull fetch clone diff merge rebase stash pop'
).split(' ');

/**
 * The first words of the command line's own commands, and their aliases. Every host refuses them, so
 * they stand below the command line; a test compares them with its table.
 */
export const OWN_NAMES: readonly string[] =
  'plugins plugin tools prompts contexts hooks middleware commands watch mcp auth completion config build-addon storage paths sdk'.split(
    ' ',
  );

const RESERVED: ReadonlySet<string> = new Set([...RESERVED_NAMES, ...OWN_NAMES].map(foldName));

/** Says whether a name of a command is kept for aisopod itself, whatever its case. */
export function isReserved(name: string): boolean {
  return RESERVED.has(foldName(name));
}
