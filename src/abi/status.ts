import type { ErrorCode } from '../base/errors/index.js';

/**
 * aisopod_status of plugin.h. OK is success and errors are negative; an unknown one reads as FAIL.
 * PENDING is for handlers only: any other function that returns a positive status has failed.
 */
export const Status = {
  OK: 0,
  PENDING: 100,
  FAIL: -1,
  INVALID: -2,
  UNSUPPORTED: -3,
  EXISTS: -4,
  NOT_FOUND: -5,
  DENIED: -6,
  GONE: -7,
  CANCELLED: -8,
  DEADLINE: -9,
  AGAIN: -10,
  NOMEM: -11,
  STATE: -12,
  THREAD: -13,
  TOO_LARGE: -14,
  BUSY: -15,
} as const;

type StatusName = Exclude<keyof typeof Status, 'OK' | 'PENDING'>;

const NAMES = new Map<number, StatusName>(
  (Object.entries(Status) as [StatusName, number][])
    .filter(([, value]) => value < 0)
    .map(([name, value]) => [value, name]),
);

/** The code for the error that a plugin returned: -2 gives 'INVALID', an unknown one 'FAIL'. */
export function statusCode(status: number): StatusName & ErrorCode {
  return NAMES.get(status) ?? 'FAIL';
}
