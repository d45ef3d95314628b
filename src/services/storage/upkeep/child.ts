import { AisopodError } from '../../../base/errors/index.js';
import { jsonText, readJson } from '../../../base/json/index.js';
import { unavailable } from '../unavailable.js';
import { backup } from './backup.js';
import { check } from './check.js';
import { repair } from './repair.js';

/** What this process is to do, in its first argument, as JSON. */
export type UpkeepTask =
  | { readonly task: 'check'; readonly file: string }
  | { readonly task: 'repair'; readonly file: string }
  | {
      readonly task: 'backup';
      readonly file: string;
      readonly path: string;
      readonly force: boolean;
    };

/** What it prints, as JSON. */
export type UpkeepAnswer =
  | { readonly report: unknown }
  | {
      readonly error: {
        readonly code: string;
        readonly message: string;
        readonly details: unknown;
      };
    };

function run(task: UpkeepTask): Promise<unknown> {
  if (task.task === 'check') return check(task.file);
  if (task.task === 'repair') return repair(task.file);
  return backup(task.file, task.path, task.force);
}

async function answer(task: UpkeepTask): Promise<UpkeepAnswer> {
  try {
    return { report: await run(task) };
  } catch (cause) {
    const error = AisopodError.is(cause) ? cause : unavailable(task.file, cause);
    const { code, message, details } = error;
    return { error: { code, message, details } };
  }
}

const task = readJson(process.argv[2] as string) as UpkeepTask;
process.stdout.write(jsonText(await answer(task)));
