import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { AisopodError, type ErrorCode } from '../../../base/errors/index.js';
import { jsonText, readJson } from '../../../base/json/index.js';
import type { Home } from '../../../home/paths/index.js';
import { commandFor, unavailableFor } from '../unavailable.js';
import type { BackupReport } from './backup.js';
import type { StoreReport } from './check.js';
import type { UpkeepAnswer, UpkeepTask } from './child.js';
import type { RepairReport } from './repair.js';

export type { BackupReport } from './backup.js';
export type { StoreReport } from './check.js';
export type { RepairReport } from './repair.js';
export type { ScopeUsage } from './usage.js';

// LMDB can crash on what a damaged file holds. So each of these works in a process of its own.

/**
 * Reads all of the store of a home, and says what is damaged. Hosts may use it meanwhile.
 * @throws AisopodError STORAGE_UNAVAILABLE when it cannot be read
 */
export function checkStore(home: Home): Promise<StoreReport> {
  return run({ task: 'check', file: fileOf(home) }) as Promise<StoreReport>;
}

/**
 * Copies the store of a home, as it was after one commit. Hosts may use it meanwhile.
 * @param path of the copy; absolute
 * @param force replace a file that is there
 * @throws AisopodError STORAGE_UNAVAILABLE, also for a damaged store; USAGE: `path` is taken;
 *   FILE_UNWRITABLE
 */
export function backupStore(home: Home, path: string, force: boolean): Promise<BackupReport> {
  return run({ task: 'backup', file: fileOf(home), path, force }) as Promise<BackupReport>;
}

/**
 * Makes a new store of what can be read of a damaged one, which is kept next to it.
 * @throws AisopodError FILE_LOCKED when a process uses it; STORAGE_UNAVAILABLE, ADDON_MISSING
 */
export function repairStore(home: Home): Promise<RepairReport> {
  return run({ task: 'repair', file: fileOf(home) }) as Promise<RepairReport>;
}

function fileOf(home: Home): string {
  return join(home.state, 'storage', 'store.mdb');
}

async function run(task: UpkeepTask): Promise<unknown> {
  const script = fileURLToPath(new URL('child.js', import.meta.url));
  const child = spawn(process.execPath, [script, jsonText(task)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<string>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
  const [output, errors, how] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  if (output === '') throw crashed(task, how, errors);
  const answer = readJson(output) as UpkeepAnswer;
  if ('report' in answer) return answer.report;
  const { code, message, details } = answer.error;
  throw new AisopodError(code as ErrorCode, message, { details });
}

function crashed({ task, file }: UpkeepTask, how: string, errors: string): AisopodError {
  const fault = {
    errno: null,
    reason: `the process for the ${task} ended with ${how}`,
    advice: `Rescue what can be read with: ${commandFor('storage repair', file)}`,
  };
  return unavailableFor(file, fault, new Error(errors));
}
