import { expect, test, vi } from 'vitest';
import { LONGEST_TIMER_MS, timerMs, within } from '../../../src/base/time/index.js';

const bounds = (limitMs: number, signal?: AbortSignal) => ({
  limitMs,
  signal,
  late: () => new Error('late'),
  cancelled: () => new Error('cancelled'),
});
const never = new Promise<never>(() => {});

test('within() gives what the work gives, and what it rejects with', async () => {
  await expect(within(Promise.resolve(7), bounds(Number.POSITIVE_INFINITY))).resolves.toBe(7);
  const failed = Promise.reject(new Error('no'));
  await expect(within(failed, bounds(1_000))).rejects.toThrow('no');
});

test('within() rejects at its limit', async () => {
  await expect(within(never, bounds(1))).rejects.toThrow('late');
});

test('within() rejects when its signal aborts, or has aborted', async () => {
  const controller = new AbortController();
  const waiting = within(never, bounds(Number.POSITIVE_INFINITY, controller.signal));
  controller.abort();
  await expect(waiting).rejects.toThrow('cancelled');
  await expect(within(never, bounds(1_000, controller.signal))).rejects.toThrow('cancelled');
});

test('within() leaves no timer and no listener behind', async () => {
  vi.useFakeTimers();
  try {
    const { signal } = new AbortController();
    const removed = vi.spyOn(signal, 'removeEventListener');
    await within(Promise.resolve(), bounds(1_000, signal));
    expect([vi.getTimerCount(), removed.mock.calls.length]).toEqual([0, 1]);
  } finally {
    vi.useRealTimers();
  }
});

test.each([
  [-1, 0],
  [5, 5],
  [Number.POSITIVE_INFINITY, LONGEST_TIMER_MS],
])('timerMs() of %d is %d', (ms, expected) => {
  expect(timerMs(ms)).toBe(expected);
});
