// Ends this process by SIGKILL just before its n-th change of files; n is KILL_AT, and 0 only counts. Loaded before
// what it watches. What native code writes is no step; the tests of the storage kill that.
import fs, { constants } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const at = Number(process.env.KILL_AT);
let steps = 0;
let isWatched = true;

const CHANGES = [
  'appendFile',
  'chmod',
  'copyFile',
  'link',
  'mkdir',
  'rename',
  'rm',
  'rmdir',
  'symlink',
  'truncate',
  'unlink',
  'utimes',
  'writeFile',
];
const OF_OPEN_FILES = ['writeSync', 'fchmodSync', 'fsyncSync', 'ftruncateSync'];
const WRITING = constants.O_WRONLY | constants.O_RDWR | constants.O_CREAT;

function step() {
  if (!isWatched) return;
  steps += 1;
  if (steps === at) process.kill(process.pid, 'SIGKILL');
}

/** @param counts whether a call with these arguments changes files */
function watch(object, name, counts = () => true) {
  const before = object[name];
  object[name] = function watched(...args) {
    if (counts(...args)) step();
    return Reflect.apply(before, this, args);
  };
}

const writes = (_, flags = 'r') =>
  typeof flags === 'number' ? (flags & WRITING) !== 0 : flags !== 'r';

for (const name of CHANGES) {
  watch(fs, `${name}Sync`);
  watch(fs.promises, name);
}
for (const name of OF_OPEN_FILES) watch(fs, name);
watch(fs, 'openSync', writes);
watch(fs.promises, 'open', writes);
const handle = await fs.promises.open(new URL(import.meta.url), 'r');
for (const name of ['write', 'writeFile', 'sync', 'chmod', 'chown', 'truncate']) {
  watch(Object.getPrototypeOf(handle), name);
}
await handle.close();
syncBuiltinESMExports();

/** How many steps there were. */
export function stepsSoFar() {
  return steps;
}

/** Does what is no change of the host: nothing in it is a step. */
export function unwatched(work) {
  isWatched = false;
  try {
    return work();
  } finally {
    isWatched = true;
  }
}
