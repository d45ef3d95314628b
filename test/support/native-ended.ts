import { expect, vi } from 'vitest';
import { loadAddon } from '../../src/abi/addon.js';

/**
 * Waits until no instance and no thread of the core is left in this process. The thread that reports the end of
 * an instance runs on for a moment after it.
 */
export async function nativeEnded(): Promise<void> {
  const nothing = { threads: 0, instances: 0 };
  await vi.waitFor(() => expect(loadAddon().liveCounts()).toEqual(nothing), { timeout: 10_000 });
}
