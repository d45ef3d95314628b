import { readFileSync, realpathSync } from 'node:fs';
import { sep } from 'node:path';

/** Where a file system is mounted. */
export interface Mount {
  readonly point: string;
  /** Such as `ro`, `nosuid` and `noexec`. */
  readonly options: readonly string[];
}

/** What stands in the mount table for a blank, a tab, a line break and a backslash. */
const ESCAPED = /\\([0-7]{3})/g;

/**
 * Finds the mount that holds a path (Linux).
 * @param path of something that exists
 * @param table as `/proc/self/mountinfo`, which it is without it
 * @returns null: it is not known
 */
export function mountOf(path: string, table = readTable()): Mount | null {
  const real = realOf(path);
  let found: Mount | null = null;
  for (const line of table.split('\n')) {
    const [, , , , point = '', options = ''] = line.split(' ');
    const at = point.replace(ESCAPED, (_, octal) => String.fromCharCode(Number.parseInt(octal, 8)));
    const inner = at === real || (at !== '' && real.startsWith(at.endsWith(sep) ? at : at + sep));
    // Of two at the same place, the later one hides the other.
    if (inner && at.length >= (found?.point.length ?? 0)) {
      found = { point: at, options: options.split(',') };
    }
  }
  return found && { ...found, point: Buffer.from(found.point, 'latin1').toString() };
}

function readTable(): string {
  try {
    return readFileSync('/proc/self/mountinfo', 'latin1');
  } catch {
    return '';
  }
}

/** As the table has it: with each byte as a letter. */
function realOf(path: string): string {
  try {
    return Buffer.from(realpathSync(path)).toString('latin1');
  } catch {
    return Buffer.from(path).toString('latin1');
  }
}
