import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { count } from '../../../base/text/index.js';
import type { PluginHost } from '../../../host/index.js';
import type { Command, Context } from '../../command.js';
import { discoverHost } from '../../open-host.js';
import { printJson } from '../../output/json.js';
import { usageError } from '../../usage-error.js';
import { askWhetherItWorks } from './bisect-question.js';
import { firstBad } from './first-bad.js';

/** Runs with these plugins alone. @returns whether it works then */
type Try = (ids: readonly string[]) => Promise<boolean>;

export const command: Command = {
  about: `
Finds the plugin that breaks a command. The command runs with all plugins first, then with half of
them, then with half of what is left: 11 runs for 1000 plugins. It works when it ends with 0. What a
plugin needs runs with it.

Each run gets AISOPOD_ONLY, the ids of the plugins that may run, so the command can be aisopod or any
program that embeds the host. Its own output goes to standard error.

Without a command you are asked after each step: the line to try is printed, and you say whether it
works. A terminal is needed for that.

Prints the id, or says that no single plugin is the cause, and then ends with 1.
With --json: {"plugin","runs"}; plugin is null when the command fails without plugins, too.`,
  examples: [
    ['aisopod plugins bisect -- aisopod tools call report', 'which plugin breaks this tool'],
    ['aisopod plugins bisect -- node server.js --check', 'which one breaks a program'],
    ['aisopod plugins bisect', 'find it by answering questions'],
  ],
  async run(context, words) {
    const order = startOrder(await discoverHost(context));
    if (order.length === 0) throw usageError('There are no plugins to try.', {}, 'plugins bisect');
    const { stdout, options, messages } = context;
    let runs = 0;
    const works: Try = async (ids) => {
      runs += 1;
      const good = await attempt(context, words, ids);
      const amount = ids.length === 0 ? 'no plugin' : count(ids.length, 'plugin');
      void messages.line(`Run ${runs}, with ${amount}: ${good ? 'it works' : 'it fails'}.`);
      return good;
    };
    if (await works(order)) {
      throw usageError(
        'It works with all plugins, so no plugin breaks it.',
        { plugins: order.length },
        'plugins bisect',
      );
    }
    const bad = await firstBad(order.length, (amount) => works(order.slice(0, amount)));
    const plugin = bad === 0 ? null : (order[bad - 1] ?? null);
    if (options.json) await printJson(stdout, { plugin, runs });
    else if (plugin !== null) await stdout.write(`${plugin}\n`);
    else void messages.line('It fails without plugins, too.');
    return plugin === null ? 1 : 0;
  },
};

/** The plugins that a start would begin with, each after those that it needs. */
function startOrder({ plugins }: PluginHost): readonly string[] {
  const startable = new Map(
    plugins
      .list()
      .flatMap(({ id, state, manifest }) =>
        id === null || manifest === null || state !== 'validated' ? [] : [[id, manifest] as const],
      ),
  );
  const order = new Set<string>();
  const visit = (id: string, way: readonly string[]) => {
    const manifest = startable.get(id);
    if (manifest === undefined || order.has(id) || way.includes(id)) return;
    for (const needed of Object.keys(manifest.dependencies).sort()) visit(needed, [...way, id]);
    order.add(id);
  };
  for (const id of [...startable.keys()].sort()) visit(id, []);
  return [...order];
}

function attempt(
  context: Context,
  words: readonly string[],
  ids: readonly string[],
): Promise<boolean> {
  const only = ids.length === 0 ? '-' : ids.join(',');
  return words.length === 0 ? askWhetherItWorks(context, only) : runWith(context, words, only);
}

/** @throws AisopodError USAGE when the command can't be started, or is ended by Ctrl-C */
function runWith(context: Context, words: readonly string[], only: string): Promise<boolean> {
  const [file = '', ...args] = words;
  const { options, env } = context;
  const home = options.home === undefined ? {} : { AISOPOD_HOME: options.home };
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      env: { ...env, ...home, AISOPOD_ONLY: only },
      stdio: ['ignore', process.stderr, process.stderr],
    });
    child.on('error', (cause) => {
      const text = `"${file}" cannot be started: ${cause.message}.`;
      reject(usageError(text, { command: file }, 'plugins bisect'));
    });
    child.on('close', (code, signal) => {
      if (signal === 'SIGINT' || code === 128 + constants.signals.SIGINT) {
        reject(usageError('The command was interrupted.', { command: file }, 'plugins bisect'));
      } else resolve(code === 0);
    });
  });
}
