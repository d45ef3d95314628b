import { AisopodError } from '../../../base/errors/index.js';
import { count, shellWord, showPath } from '../../../base/text/index.js';
import type { Limits } from '../../../config/index.js';

/** What is missing next to the copy of a library, or differs there; names relative to the folder. */
export interface PartialCopy {
  /** The plugin's folder. */
  readonly folder: string;
  /** Libraries that are links, since all of them are too large to be copied. */
  readonly linked: readonly string[];
  /** Folders that are links as a whole, since there are too many files to look at; '': that folder. */
  readonly unread: readonly string[];
  /** Files and folders for which no link can be made. */
  readonly missing: readonly string[];
}

/** How many names a message has; details have more. */
const MOST_NAMED = 3;
const MOST_LISTED = 100;

/**
 * Describes what is missing next to a copy, and what to do about it.
 * @returns COPY_PARTIAL, one for each reason
 */
export function partialWarnings(
  plugin: string,
  { folder, linked, unread, missing }: PartialCopy,
  { copyBytes, copyFiles }: Pick<Limits, 'copyBytes' | 'copyFiles'>,
): AisopodError[] {
  const at = showPath(folder);
  const raise = (key: string) =>
    `aisopod config set plugins.settings.${shellWord(plugin)}.limits.${key} NUMBER`;
  const warnings: AisopodError[] = [];
  const warn = (reason: string, names: readonly string[], message: string) => {
    const details = { plugin, folder, reason, names: names.slice(0, MOST_LISTED) };
    warnings.push(new AisopodError('COPY_PARTIAL', message, { details }));
  };

  if (linked.length > 0) {
    warn(
      'bytes',
      linked,
      `The libraries in ${at} have more than ${copyBytes} bytes (copy_bytes), so the host opens ` +
        `${list(linked)} from that folder, not from a copy. Do not overwrite them while the plugin runs. ` +
        `Else make the limit larger: ${raise('copy_bytes')}`,
    );
  }
  if (unread.length > 0) {
    const what = unread.includes('') ? 'the files in it' : list(unread);
    const effect = unread.includes('')
      ? 'only the libraries that the plugin is linked to are next to its copy'
      : `the host opens libraries in ${what} from there, not from copies`;
    warn(
      'files',
      unread,
      `${at} holds more than ${count(copyFiles, 'file')} (copy_files), so ${effect}. Put the plugin ` +
        `into a folder of its own. Else make the limit larger: ${raise('copy_files')}`,
    );
  }
  if (missing.length > 0) {
    warn(
      'links',
      missing,
      `The file system of the cache has no links, so ${list(missing)} of ${at} ` +
        `${missing.length === 1 ? 'is' : 'are'} not next to the copy of the plugin's library. Let the plugin ` +
        'open files by plugin_dir, or choose another place for the cache: AISOPOD_CACHE=DIR',
    );
  }
  return warnings;
}

function list(names: readonly string[]): string {
  const named = names.slice(0, MOST_NAMED).map((name) => showPath(name));
  const more = names.length - named.length;
  return `${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
