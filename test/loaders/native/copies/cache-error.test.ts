import { expect, test } from 'vitest';
import { cacheError } from '../../../../src/loaders/native/copies/cache-error.js';

test.each([
  ['ENOSPC', 'ENOSPC: the disk is full', 'Free some space'],
  ['EROFS', 'EROFS: the file system is read-only', '--home DIR'],
  ['EMFILE', 'EMFILE: this process has too many files open', 'ulimit -n'],
])(
  '%s has its own words and advice, and the variable that moves the cache',
  (code, why, advice) => {
    const cause = Object.assign(new Error(`${code}: it is so`), { code });
    const error = cacheError('/p/x.so', '/h/it is', cause);
    expect(error.code).toBe('COPY_CACHE');
    expect(error.message).toContain(`no private copy of /p/x.so can be made in /h/it is: ${why}. `);
    expect(error.message).toContain('AISOPOD_CACHE=DIR');
    expect(error.message).toContain(advice);
    expect(error.cause).toBe(cause);
  },
);
