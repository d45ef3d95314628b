import { AisopodError } from '../../base/errors/index.js';
import { shellWord } from '../../base/text/index.js';
import type { Crash, ProcessEnd, StartStep } from '../../home/crashes/index.js';

/** Where the command that tries a plugin again finds it. */
export interface CrashedPlugin {
  readonly id: string;
  readonly home: string;
  /** Its folder where it was named by an option; null: the home or a search path has it. */
  readonly folder: string | null;
}

const DURING: Readonly<Record<StartStep, string>> = {
  open: 'while its library was opened',
  create: 'in create()',
  register: 'in on_register()',
  init: 'in on_init()',
};

/** Why a plugin is left out. */
export function crashedError({ id, home, folder }: CrashedPlugin, crash: Crash): AisopodError {
  const options = ['--home', home, ...(folder === null ? [] : ['--plugin', folder])];
  const retry = ['aisopod', 'plugins', 'doctor', ...options].map(shellWord).join(' ');
  return new AisopodError(
    'PLUGIN_CRASHED',
    `Plugin ${id} crashed ${DURING[crash.step]}: the process that tried it ${endedBy(crash.end)}. ` +
      'The host leaves it out until its library changes. ' +
      `Fix or update the plugin, or try it again as it is: ${retry}`,
    { details: { plugin: id, step: crash.step, ...crash.end, sha256: crash.sha256 } },
  );
}

/** How a process ended, after its name. */
export function endedBy(end: ProcessEnd): string {
  if ('code' in end) return `exited with code ${end.code}`;
  if ('silentMs' in end) return `did not respond for ${end.silentMs} ms`;
  const memory = end.signal === 'SIGKILL' ? ', as for lack of memory' : '';
  return `was ended by ${end.signal}${memory}`;
}
