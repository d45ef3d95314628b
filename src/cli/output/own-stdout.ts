import { AisopodError } from '../../base/errors/index.js';
import { systemLibrary } from '../../loaders/native/index.js';
import type { Output } from './output.js';

const STDOUT = 1;
const STDERR = 2;

// fcntl.h; where it is not listed the number is not known.
const F_DUPFD_CLOEXEC: Partial<Record<NodeJS.Platform, number>> = {
  android: 1030,
  darwin: 67,
  freebsd: 17,
  linux: 1030,
};

/**
 * Keeps standard output for ourselves: `stdout` goes on under a descriptor that no plugin knows of,
 * and descriptor 1 becomes another name of standard error. Whatever native code prints (printf, a
 * program it starts) then never stands between our answers. For good, once in a process, before
 * the first plugin is opened.
 *
 * On Windows each C runtime has descriptors of its own, so nothing is moved there.
 *
 * @throws AisopodError OUTPUT_FAILED when the operating system has no descriptor left
 */
export async function keepStdout(stdout: Output): Promise<void> {
  const dupAbove = F_DUPFD_CLOEXEC[process.platform];
  if (dupAbove === undefined) return;
  const libc = systemLibrary();
  const fcntl = libc.func('fcntl', 'int', ['int', 'int', '...']);
  const dup2 = libc.func('dup2', 'int', ['int', 'int']);
  await stdout.relocate((fd) => {
    const own: number = fcntl(fd, dupAbove, 'int', STDERR + 1);
    if (own >= 0 && dup2(STDERR, STDOUT) >= 0) return own;
    throw new AisopodError(
      'OUTPUT_FAILED',
      'Standard output cannot be kept apart from what plugins print: this process may have no ' +
        'more files open. Raise the limit (ulimit -n) and try again.',
    );
  });
}
