import { AisopodError } from '../../../base/errors/index.js';
import { jsonText } from '../../../base/json/index.js';
import { shellWord } from '../../../base/text/index.js';
import type { Command } from '../../command.js';
import { discoverHost } from '../../open-host.js';
import { printJson } from '../../output/json.js';
import { printable } from '../../output/printable.js';
import { formatLines, formatTable } from '../../output/table.js';

export const command: Command = {
  about: `
Prints what a plugin is configured with: the defaults of its manifest, under config.toml, under the
file plugins/<id>.toml of the home. Nothing is started. Text is printed as it is, anything else as JSON.
A secret is never shown.

Without a key, in a pipe: one line for each value, with key and value, separated by a tab.
With --json: {"plugin","key","value"}; key may be null.`,
  examples: [
    ['aisopod config get ticker', 'all of it'],
    ['aisopod config get ticker interval_ms', 'one value'],
  ],
  async run(context, [id = '', key]) {
    const { config } = await discoverHost(context);
    const { stdout, style, options } = context;
    const value = config.get(id, key);
    if (value === undefined) throw notSet(id, key ?? '');
    if (options.json) {
      await printJson(stdout, { plugin: id, key: key ?? null, value });
    } else if (key !== undefined) {
      await stdout.write(`${stdout.isTTY ? printable(text(value)) : text(value)}\n`);
    } else {
      const rows = config.explain(id).map((entry) => [entry.key, text(entry.value)]);
      const { columns, isTTY } = stdout;
      const headers = ['KEY', 'VALUE'];
      const isTable = isTTY && rows.length > 0;
      await stdout.write(
        isTable ? formatTable({ headers, rows, columns, style }) : formatLines(rows),
      );
    }
    return 0;
  },
};

function text(value: unknown): string {
  return typeof value === 'string' ? value : jsonText(value);
}

function notSet(id: string, key: string): AisopodError {
  return new AisopodError(
    'CONFIG_NOT_SET',
    `${key} of ${id} has neither a value nor a default. List its values with: aisopod config explain ` +
      shellWord(id),
    { details: { plugin: id, key } },
  );
}
