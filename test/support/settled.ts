import { statSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { isSettled } from '../../src/home/state/index.js';

/** Resolves when a later change of each of these is sure to show in its times. */
export async function settled(...paths: readonly string[]): Promise<void> {
  while (!paths.every((path) => isSettled(statSync(path), Date.now()))) await setTimeout(5);
}
