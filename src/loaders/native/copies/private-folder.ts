import { realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { AisopodError } from '../../../base/errors/index.js';
import { makeOwnFolder } from '../../../base/files/index.js';
import { shellWord, showPath } from '../../../base/text/index.js';
import { judge } from '../../../packages/discovery/index.js';

/**
 * Makes sure that `path` is a directory, no link, that belongs to this user and is closed to all
 * others (0700); makes it, and what is missing above it, if it isn't there.
 * @throws AisopodError COPY_CACHE
 */
export function ensurePrivateFolder(path: string): void {
  const reason = makeOwnFolder(path);
  if (reason === null) return;
  const mend = reason.startsWith('belongs')
    ? 'Choose another place for the copies: AISOPOD_CACHE=DIR'
    : `Remove it, it is made again: rm -rf ${shellWord(path)}`;
  throw refuse(path, reason, `It must be a directory of this user. ${mend}`);
}

const STICKY = 0o1000;

/**
 * Refuses a directory if another user could put one of theirs in its place: through a directory above it
 * that belongs to them, or that they may write to, except where each may only remove their own (/tmp).
 * @param path of a directory that is there
 * @throws AisopodError COPY_CACHE
 */
export function refuseReplaceable(path: string): void {
  const user = process.geteuid?.();
  if (user === undefined) return;
  let above = dirname(realpathSync(path));
  for (let inner = path; above !== inner; [inner, above] = [above, dirname(above)]) {
    const stats = statSync(above);
    const { uid, gid, mode } = stats;
    const open = (mode & STICKY) !== 0 ? mode & ~0o022 : mode;
    const fault = judge(above, { uid, gid, mode: open }, user);
    if (fault === null) continue;
    throw refuse(
      above,
      fault.reason,
      `Another user could replace the copies in ${showPath(path)}. Choose a directory of your own: AISOPOD_CACHE=DIR`,
    );
  }
}

function refuse(path: string, reason: string, advice: string): AisopodError {
  return new AisopodError(
    'COPY_CACHE',
    `${showPath(path)} ${reason}, so libraries are not opened from there. ${advice}`,
    { details: { path, reason } },
  );
}
