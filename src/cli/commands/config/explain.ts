import { jsonText } from '../../../base/json/index.js';
import { showPath } from '../../../base/text/index.js';
import type { ConfigEntry, ConfigOrigin } from '../../../config/index.js';
import type { Command, Context } from '../../command.js';
import { discoverHost } from '../../open-host.js';
import { printJson } from '../../output/json.js';
import { shortPath } from '../../output/path-cell.js';
import { type Cell, formatLines, formatTable } from '../../output/table.js';

export const command: Command = {
  about: `
Says for each value of a plugin's configuration where it comes from, and what it shadows. Nothing is
started. A secret is never shown; where it is kept, is.

In a pipe: one line for each value, with key, value as JSON, source and shadowed sources, separated
by tabs. A source is "default", "override", or a file with the line.
With --json: {"plugin","entries":[{"key","value","secret","source","file","line","shadows":[]}],
"disabledBy":[{"file","line"}]}; source is "default", "config.toml", "plugin file" or "override"; file
and line may be null. disabledBy are the files that keep the plugin off.`,
  examples: [
    ['aisopod config explain ticker', 'where everything comes from'],
    ['aisopod config explain ticker interval_ms', 'why this value counts'],
  ],
  async run(context, [id = '', key]) {
    const { config, plugins } = await discoverHost(context);
    const entries = config.explain(id, key);
    const { stdout, options } = context;
    const disabledBy = plugins.disabledBy(id);
    if (options.json) await printJson(stdout, { plugin: id, entries, disabledBy });
    else await stdout.write(stdout.isTTY ? table(entries, context) : formatLines(lines(entries)));
    for (const { file, line } of options.json ? [] : disabledBy) {
      const where = line === null ? showPath(file) : `${showPath(file)}:${line}`;
      void context.messages.line(`${id} is disabled by ${where}`);
    }
    if (entries.length === 0 && !options.json) {
      void context.messages.line(
        key === undefined
          ? `Nothing is said about the configuration of ${id}, and it has no defaults.`
          : `Nothing is said about ${key} of ${id}.`,
      );
    }
    return 0;
  },
};

function lines(entries: readonly ConfigEntry[]): string[][] {
  return entries.map((entry) => {
    const { key, value, shadows } = entry;
    return [key, jsonText(value), place(entry), shadows.map(place).join(', ')];
  });
}

function table(entries: readonly ConfigEntry[], { env, stdout, style }: Context): string {
  if (entries.length === 0) return '';
  const rows = entries.map((entry): Cell[] => {
    const { key, value, secret, shadows } = entry;
    const shown = typeof value === 'string' ? value : jsonText(value);
    return [
      key,
      secret ? { text: shown, format: 'yellow' } : shown,
      { text: shortPlace(entry, env), keepsEnd: true },
      { text: shadows.map((each) => shortPlace(each, env)).join(', '), keepsEnd: true },
    ];
  });
  const headers = ['KEY', 'VALUE', 'SOURCE', 'INSTEAD OF'];
  return formatTable({ headers, rows, columns: stdout.columns, style });
}

function shortPlace({ source, file, line }: ConfigOrigin, env: NodeJS.ProcessEnv): string {
  return place({ source, file: file === null ? null : shortPath(file, env), line });
}

function place({ source, file, line }: ConfigOrigin): string {
  if (file === null) return source;
  return line === null ? showPath(file) : `${showPath(file)}:${line}`;
}
