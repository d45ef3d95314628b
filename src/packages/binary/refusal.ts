import { AisopodError } from '../../base/errors/index.js';

/**
 * The error for a file that is something else than a shared library, or a part of one.
 * @param reason what it is, behind "… is"
 * @param advice a sentence about what to do, where the reason holds none
 */
export function refusal(what: string, reason: string, advice = ''): AisopodError {
  return new AisopodError('LIBRARY_FORMAT', `${what} is ${reason}.${advice && ` ${advice}`}`, {
    details: { path: what, reason },
  });
}

/**
 * The error for a file that ends before its own headers say.
 * @param size bytes that it has
 * @param expected bytes that it must have at the least, if that is known
 */
export function cutShort(what: string, size: number, expected?: number): AisopodError {
  const reason =
    expected === undefined
      ? `cut short after ${size} bytes`
      : `cut short: it has ${size} of at least ${expected} bytes. ` +
        'Copy, build or download it again';
  return new AisopodError('LIBRARY_FORMAT', `${what} is ${reason}.`, {
    details: { path: what, reason, offset: size },
  });
}
