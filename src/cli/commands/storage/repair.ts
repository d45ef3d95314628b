import { count, showPath } from '../../../base/text/index.js';
import { resolveHome } from '../../../home/paths/index.js';
import { type RepairReport, repairStore } from '../../../services/storage/upkeep/index.js';
import type { Command } from '../../command.js';
import { printJson } from '../../output/json.js';

export const command: Command = {
  about: `
Makes a new storage of all that can be read of a damaged one. The damaged file is kept next to it. A
storage that is in order stays as it is. End the hosts of the home before: the command refuses to
work while one uses the storage, and a host that starts meanwhile waits for it.

Where pages are lost, records are taken from pages that the storage no longer refers to. Such a loose
record may be older than what is lost, or have been deleted since.

With --json: {"repair":{"file","damage":[],"keptAs","records","loose"}}; keptAs is null when nothing
was damaged.`,
  examples: [
    ['aisopod storage repair', 'after "aisopod storage check" has found damage'],
    ['aisopod storage repair --json', 'what was damaged, and how many records there are'],
  ],
  async run({ options, env, stdout }) {
    const repair = await repairStore(resolveHome({ home: options.home, env }));
    if (options.json) await printJson(stdout, { repair });
    else await stdout.write(textOf(repair));
    return 0;
  },
};

function textOf({ file, damage, keptAs, records, loose }: RepairReport): string {
  const place = showPath(file);
  if (keptAs === null) return `${place} is in order: ${count(records, 'record')}\n`;
  return [
    ...damage.map((each) => `damaged: ${each}`),
    `${place} is repaired: ${count(records, 'record')}, of which ${loose} loose`,
    `The damaged file is kept as ${showPath(keptAs)}`,
    '',
  ].join('\n');
}
