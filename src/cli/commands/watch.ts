import { count } from '../../base/text/index.js';
import type { PluginHost } from '../../host/index.js';
import type { Command, Context } from '../command.js';
import { takeInterrupt } from '../interrupt.js';
import { failed, openHost, tellFailures } from '../open-host.js';
import { printJson } from '../output/json.js';
import { shortPaths } from '../output/path-cell.js';
import { oneLine } from '../output/printable.js';
import type { Format } from '../output/style.js';
import { formatLines } from '../output/table.js';
import { type Happening, happenings, type Kind } from './watch/happenings.js';

export const command: Command = {
  about: `
Starts all plugins and keeps them running. A plugin whose folder is dropped in is started, one whose
files change is reloaded, and one whose folder is removed is ended, once its files are whole. Changes of
the configuration are followed too. Each of these is one line. Ctrl-C ends all plugins; the exit code is
130 then, and 143 after SIGTERM.

In a pipe: one line for each, with time, plugin, what happened and why, separated by tabs.
With --json: first {"event":"watching","plugins","failed","places"}, then for each {"event","plugin",
"version","reason","code","at"}; event is "started", "reloaded", "ended", "failed", "disabled",
"configured", "warning" or "error", and "at" is in ISO 8601.`,
  examples: [
    ['aisopod watch', 'see how plugins come and go'],
    ['aisopod watch --plugin ./my-plugin', 'replace a plugin whenever it is built'],
    ['aisopod watch --json | jq -r \'select(.event == "failed") | .reason\'', 'only failures'],
  ],
  async run(context) {
    const { stdout, messages } = context;
    const host = await openHost(context, {
      watch: true,
      tolerant: true,
      shows: ['CHANGE_REFUSED', 'WATCH_FAILED'],
    });
    const interrupt = takeInterrupt((signal) => {
      const again = signal === 'SIGINT' ? ' Press Ctrl-C again to end aisopod at once.' : '';
      void messages.line(`Ending all plugins.${again}`);
    });
    const stop = happenings(host, (each) => void print(each, context));
    await begin(host, context);
    await new Promise<void>((resolve) => {
      for (const signal of [interrupt.signal, stdout.gone]) {
        if (signal.aborted) resolve();
        else signal.addEventListener('abort', () => resolve(), { once: true });
      }
    });
    stop();
    // After the host was closed: until then a second Ctrl-C may be needed.
    context.defer(interrupt.release);
    return interrupt.exitCode ?? 0;
  },
};

/** Says what runs before anything happens. */
async function begin(host: PluginHost, context: Context): Promise<void> {
  const { options, stdout, messages } = context;
  const plugins = host.plugins.list();
  const places = host.searchPaths.map(({ path }) => path);
  const running = plugins.filter(({ state }) => state === 'active').length;
  if (options.json) {
    const failures = plugins.filter(failed).length;
    await printJson(stdout, { event: 'watching', plugins: running, failed: failures, places });
    return;
  }
  tellFailures(host, context);
  const ending = messages.isTTY ? ' End with Ctrl-C.' : '';
  await messages.line(
    `${count(running, 'plugin')} running; watching ${count(places.length, 'search path')}.${ending}`,
  );
}

const FORMATS: Partial<Record<Kind, Format>> = {
  started: 'green',
  reloaded: 'green',
  failed: 'red',
  error: 'red',
  warning: 'yellow',
};

function print(happening: Happening, { env, options, stdout, style }: Context): Promise<void> {
  const { event, plugin, version, reason, code, at } = happening;
  if (options.json) return printJson(stdout, happening);
  const why = reason === null ? '' : `${reason}${code === null ? '' : ` (${code})`}`;
  if (!stdout.isTTY) return stdout.write(formatLines([[at, plugin ?? '', event, why]]));
  const time = new Date(at).toTimeString().slice(0, 8);
  const format = FORMATS[event];
  const what = format === undefined ? event : style(format, event);
  // What has no id is called by its path, which its failure names too.
  const isNamed = plugin === null || why.includes(plugin);
  const named = isNamed && version === null ? '' : `${oneLine(plugin ?? '')} `;
  const who = version === null ? named : `${named}${version} `;
  const text = why === '' ? '' : `: ${oneLine(shortPaths(why, env))}`;
  return stdout.write(`${style('dim', time)} ${who}${what}${text}\n`);
}
