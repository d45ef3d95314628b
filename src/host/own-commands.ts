import { ALIASES, COMMANDS } from '../cli/commands.js';
import { type IsReserved, reservedNames } from '../commands/index.js';

/**
 * The names that no plugin may give a command: the reserved ones and what the command line itself
 * begins with. That table is data which imports nothing, so it is read here, below the command line.
 */
export const isReserved: IsReserved = reservedNames([
  ...COMMANDS.map(({ name }) => name.split(' ', 1)[0] ?? name),
  ...Object.keys(ALIASES),
]);
