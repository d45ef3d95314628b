import { AisopodError } from '../../base/errors/index.js';
import type { Output } from './output.js';
import { descriptorMover } from './own-descriptor.js';

const STDERR = 2;

/**
 * Keeps standard output for ourselves: `stdout` goes on under a descriptor that no plugin knows of,
 * and descriptor 1 becomes another name of standard error. Whatever native code prints (printf, a
 * program it starts) then never stands between our answers. For good, once in a process, before
 * the first plugin is opened.
 *
 * @throws AisopodError OUTPUT_FAILED when the operating system has no descriptor left
 */
export async function keepStdout(stdout: Output): Promise<void> {
  const mover = descriptorMover();
  if (mover === null) return;
  await stdout.relocate((fd) => {
    const own = mover.move(fd, STDERR);
    if (own !== null) return own;
    throw new AisopodError(
      'OUTPUT_FAILED',
      'Standard output cannot be kept apart from what plugins print: this process may have no ' +
        'more files open. Raise the limit (ulimit -n) and try again.',
    );
  });
}
