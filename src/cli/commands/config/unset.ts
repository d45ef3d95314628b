import { jsonText } from '../../../base/json/index.js';
import { showPath } from '../../../base/text/index.js';
import type { Command } from '../../command.js';
import { discoverHost } from '../../open-host.js';
import { printJson } from '../../output/json.js';
import { tellWarnings } from './warnings.js';

export const command: Command = {
  about: `
Takes a value, or a table with all that is in it, out of the file that it comes from. What counts
then (a lower file, or the default of the manifest) is printed. All else in the file stays; a comment
goes only with the line that it stands on.

With --json: {"plugin","key","file","value","warnings":[]}; value is what counts now, or null.`,
  examples: [['aisopod config unset ticker interval_ms', 'back to the default']],
  async run(context, [id = '', key = '']) {
    const { config } = await discoverHost(context);
    const { file, warnings } = await config.unset(id, key);
    const value = config.get(id, key) ?? null;
    const { stdout, options } = context;
    if (options.json) {
      const told = warnings.map((warning) => warning.toJSON());
      await printJson(stdout, { plugin: id, key, file, value, warnings: told });
    } else {
      const now = value === null ? 'nothing counts for it' : `now it is ${jsonText(value)}`;
      await stdout.write(`${key} of ${id} is taken out of ${showPath(file)}; ${now}\n`);
      tellWarnings(warnings, context);
    }
    return 0;
  },
};
