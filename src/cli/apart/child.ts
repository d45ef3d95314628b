import { readJson } from '../../base/json/index.js';
import { ChildReports } from '../../host/crashes/child-reports.js';
import type { StartWays } from '../../host/crashes/start-ways.js';
import type { Context } from '../command.js';

const reports = new ChildReports();
let ways: StartWays = { marks: reports };

/** What runApart() gives its child besides the command line. */
export interface ChildTask {
  /** Plugins that were being started when an earlier child ended. */
  readonly suspects: readonly string[];
}

/**
 * Begins the work of a child process of runApart().
 * @param args without the interpreter and the script
 * @returns the command line
 */
export function begin([, task = '{}', ...line]: readonly string[]): readonly string[] {
  const { suspects = [] } = readJson<Partial<ChildTask>>(task);
  ways = { marks: reports, suspects };
  return line;
}

/** What the commands of a child process do otherwise. */
export function childContext(): Pick<Context, 'ways' | 'ended'> {
  return { ways, ended: (exit) => reports.done(exit) };
}
