import { fileURLToPath } from 'node:url';
import { AisopodError } from '../../base/errors/index.js';
import { jsonText } from '../../base/json/index.js';
import { count, shellWord } from '../../base/text/index.js';
import { endedBy } from '../../host/crashes/crashed-error.js';
import { type ChildEnd, runWatched } from '../../host/crashes/watched-child.js';
import type { Context } from '../command.js';
import type { CommandLine } from '../parse.js';
import { APART } from '../run.js';
import type { ChildTask } from './child.js';

/** A message names no more plugins. */
const MOST_NAMED = 5;

const MAIN = fileURLToPath(new URL('../main.js', import.meta.url));

/**
 * Runs a command line in a child process, which has the output of this one. If a plugin ends the child
 * before it has printed anything, the next child first tries the plugins that were being started, and leaves
 * out those that crash.
 *
 * @returns its exit code; null when no child can be started, as under the permission model of Node.js
 * @throws AisopodError PLUGIN_CRASHED when a child ends, and trials don't find out by which plugin
 */
export async function runApart(
  { args, options }: CommandLine,
  { env, messages }: Pick<Context, 'env' | 'messages'>,
): Promise<number | null> {
  const suspects = new Set<string>();
  for (;;) {
    const task: ChildTask = { suspects: [...suspects] };
    const ended = await runWatched({
      script: MAIN,
      args: [APART, jsonText(task), ...args],
      inheritOutput: true,
      env,
    }).catch(() => null);
    if (ended === null) return null;
    const { done, end, open } = ended;
    if (done !== null && 'code' in end) return end.code;
    if (done !== null) {
      const text = `The process that started the plugins ${endedBy(end)} while they were shut down.`;
      if (!options.json) await messages.warn(text);
      return done;
    }
    const known = suspects.size;
    for (const { plugin } of open) suspects.add(plugin);
    if (suspects.size === known) throw unexplained(ended, args);
  }
}

function unexplained({ end, open, cleared }: ChildEnd, args: readonly string[]): AisopodError {
  const plugins = open.map(({ plugin }) => plugin);
  const during = plugins.length === 0 ? '' : ` while it started ${namesOf(plugins)}`;
  const after = cleared.length === 0 ? '' : `, after it had started ${namesOf(cleared)}`;
  const bisect = ['aisopod', 'plugins', 'bisect', '--', 'aisopod', ...args].map(shellWord);
  return new AisopodError(
    'PLUGIN_CRASHED',
    `The process that runs this command ${endedBy(end)}${during}${after}. ` +
      'No plugin crashes when it is started by itself. ' +
      `Find the cause with: ${bisect.join(' ')}`,
    { details: { plugins: [...cleared, ...plugins], ...end } },
  );
}

function namesOf(plugins: readonly string[]): string {
  const others = plugins.length - MOST_NAMED;
  const named = plugins.slice(0, MOST_NAMED).join(', ');
  return others > 0 ? `${named} and ${count(others, 'other')}` : named;
}
