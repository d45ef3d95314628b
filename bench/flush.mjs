import { spawnSync } from 'node:child_process';

/** What was just written goes to the disk now, and not while something is measured. */
export function flush() {
  spawnSync('sync'); // where there is none, it may
}
