import { foldName } from '../registry/index.js';

/** The names that no plugin may take, besides those that the host's own commands have. */
export const RESERVED_NAMES: readonly string[] = (
  'help version config init start stop restart status log logs plugin plugins install uninstall ' +
  'update upgrade enable disable list show get set delete remove create new run exec shell repl ' +
  'chat send receive connect disconnect login logout auth token key secret env export import ' +
  'backup restore migrate reset clear clean purge test check validate lint format build deploy ' +
  'publish release tag branch commit push pull fetch clone diff merge rebase stash pop'
).split(' ');

/** Says whether a name of a command is kept for the host, whatever its case. */
export type IsReserved = (name: string) => boolean;

/**
 * The reserved names and those of the host itself.
 * @param own the first words of the host's commands, and their aliases
 */
export function reservedNames(own: Iterable<string>): IsReserved {
  const names = new Set([...RESERVED_NAMES, ...Array.from(own, foldName)]);
  return (name) => names.has(foldName(name));
}
