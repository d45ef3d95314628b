// Shortages of memory made to order in the addon of test/native/faults, which AISOPOD_ADDON names.
import koffi from 'koffi';

const addon = koffi.load(process.env.AISOPOD_ADDON);
const failAllocation = addon.func('void fail_allocation(int64_t nth, bool again)');
const countFailures = addon.func('int64_t count_failures()');

/**
 * From now on the nth allocation of the addon on this thread fails, or with `again` each nth.
 * @param order {nth, again}; null: none fails
 */
export function arm(order) {
  failAllocation(order?.nth ?? 0, order?.again ?? false);
}

/** How many have failed so far, on all threads. */
export function failures() {
  return Number(countFailures());
}
