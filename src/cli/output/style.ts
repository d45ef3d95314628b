import { styleText } from 'node:util';

/** The few styles in use. */
export type Format = 'bold' | 'dim' | 'red' | 'green' | 'yellow';

/** Gives text a style, or leaves it as it is where colour is not wanted. */
export type Style = (format: Format, text: string) => string;

/**
 * Decides about colour as Node.js does: FORCE_COLOR says yes (no, when it is 0 or false), NO_COLOR
 * says no, TERM=dumb says no, else a terminal gets colour.
 */
export function styleFor(isTTY: boolean, env: NodeJS.ProcessEnv): Style {
  if (!wantsColour(isTTY, env)) return (_, text) => text;
  // The decision is made; styleText would ask process.stdout, which may have been moved.
  return (format, text) => styleText(format, text, { validateStream: false });
}

function wantsColour(isTTY: boolean, env: NodeJS.ProcessEnv): boolean {
  const forced = env.FORCE_COLOR;
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  if (env.NO_COLOR || env.TERM === 'dumb') return false;
  return isTTY;
}
