import { systemLibrary } from '../../loaders/native/index.js';

// fcntl.h; where it is not listed the number is not known.
const F_DUPFD_CLOEXEC: Partial<Record<NodeJS.Platform, number>> = {
  android: 1030,
  darwin: 67,
  freebsd: 17,
  linux: 1030,
};
/** The first one that no program takes for a standard stream. */
const FIRST_OWN = 3;

/** Moves a standard stream of this process to a descriptor that no plugin knows of. */
export interface DescriptorMover {
  /**
   * @param fd of the stream; from then on it is another name of `substitute`
   * @returns the new descriptor, which programs that are started do not get; null: there is none left
   */
  move(fd: number, substitute: number): number | null;
}

/** Returns null on Windows, where each C runtime has descriptors of its own. */
export function descriptorMover(): DescriptorMover | null {
  const dupAbove = F_DUPFD_CLOEXEC[process.platform];
  if (dupAbove === undefined) return null;
  const libc = systemLibrary();
  const fcntl = libc.func('fcntl', 'int', ['int', 'int', '...']);
  const dup2 = libc.func('dup2', 'int', ['int', 'int']);
  return {
    move(fd, substitute) {
      const own: number = fcntl(fd, dupAbove, 'int', FIRST_OWN);
      return own >= 0 && dup2(substitute, fd) >= 0 ? own : null;
    },
  };
}
