import type { Context } from './command.js';
import { ALIASES, COMMANDS, type CommandEntry } from './commands.js';
import { type CommandLine, parseCommandLine } from './parse.js';

/** How the program ends: 0 good, 1 it failed, 2 wrong usage; or as a plugin's command says. */
export type ProgramExit = number;

/** What the completion scripts call; no command of a plugin can be called so. */
const COMPLETE = '__complete';

/** Before the words of a command line that runs in a child process; what follows is for that process. */
export const APART = '__apart';

/**
 * Runs one command line. Every failure is printed, none is thrown.
 * @param args without the interpreter and the script
 * @param contextOf what the command works with, made from the options
 */
export async function run(
  args: readonly string[],
  contextOf: (line: CommandLine) => Omit<Context, 'defer'>,
): Promise<ProgramExit> {
  const line = parseCommandLine(args);
  const deferred: Parameters<Context['defer']>[0][] = [];
  const context = {
    ...contextOf(line),
    defer: (step: (typeof deferred)[0]) => void deferred.push(step),
  };
  let exit: ProgramExit;
  try {
    exit = await dispatch(line, context);
  } catch (error) {
    exit = await report(error, context);
  }
  context.ended?.(exit);
  for (const step of deferred) await step();
  const { failure } = context.stdout;
  if (failure === null) return exit;
  const { AisopodError } = await import('../base/errors/index.js');
  const message = `Standard output cannot be written: ${failure.message}.`;
  await report(new AisopodError('OUTPUT_FAILED', message, { cause: failure }), context);
  return 1;
}

async function dispatch(line: CommandLine, context: Context): Promise<ProgramExit> {
  const { words, options, fault } = line;
  if (words[0] === COMPLETE) {
    const { complete } = await import('./completion/index.js');
    return complete(words.slice(1), context);
  }
  const found = findCommand(words);
  if (options.help || (words.length === 0 && !options.version && fault === null)) {
    return showHelp(line, found?.entry ?? null, context);
  }
  const foreign = found === null && (await mayBeOfPlugin(words));
  // What we don't know may be an option of the plugin's command.
  if (fault !== null && !(foreign && fault.kind === 'unknown')) {
    const { optionError } = await import('./usage.js');
    throw optionError(fault, found?.entry ?? null);
  }
  if (options.version) return showVersion(context);
  if (foreign) {
    const { runPluginCommand } = await import('./plugin-commands/index.js');
    return runPluginCommand(context, line);
  }
  if (found === null) {
    const { commandError } = await import('./usage.js');
    throw commandError(words);
  }
  const { entry, args } = found;
  const { checkArguments, checkOptions } = await import('./usage.js');
  checkOptions(line, entry);
  checkArguments(entry, args);
  const opensNothing = options['host-version'] !== undefined;
  const runApart = entry.apart && !opensNothing ? context.runApart : undefined;
  const exit = (await runApart?.()) ?? null;
  return exit ?? (await entry.load()).command.run(context, args);
}

/** The command that the first words name, and the words that are left for it. */
function findCommand(
  words: readonly string[],
): { entry: CommandEntry; args: readonly string[] } | null {
  const [first = '', ...rest] = words;
  const written = [ALIASES[first] ?? first, ...rest];
  for (const entry of COMMANDS) {
    const { length } = entry.name.split(' ');
    if (written.slice(0, length).join(' ') === entry.name) {
      return { entry, args: written.slice(length) };
    }
  }
  return null;
}

/** Whether the first word may name the command of a plugin, as far as that can be told without one. */
async function mayBeOfPlugin([first = '']: readonly string[]): Promise<boolean> {
  if (!/^([\w.-]+:)?[\w-]+$/.test(first)) return false;
  const word = ALIASES[first] ?? first;
  if (COMMANDS.some(({ name }) => name.startsWith(`${word} `))) return false;
  const { RESERVED_NAMES } = await import('../kinds/commands/index.js');
  return !RESERVED_NAMES.includes(first);
}

async function showHelp(
  line: CommandLine,
  entry: CommandEntry | null,
  context: Context,
): Promise<ProgramExit> {
  const { words } = line;
  const { stdout, style } = context;
  const { commandHelp, commandsOf, overview } = await import('./help.js');
  const [first = ''] = words;
  const group = ALIASES[first] ?? first;
  const commands = commandsOf(group);
  if (entry === null && commands.length === 0 && (await mayBeOfPlugin(words))) {
    const plugins = await import('./plugin-commands/index.js');
    const { openHost } = await import('./open-host.js');
    const info = plugins.findPluginCommand(await openHost(context), line, context);
    await stdout.write(plugins.pluginCommandHelp(info, style));
    return 0;
  }
  if (entry === null && (words.length > 1 || commands.length === 0)) {
    const { commandError } = await import('./usage.js');
    throw commandError(words);
  }
  if (entry !== null) await stdout.write(await commandHelp(entry, style));
  else if (group !== '') await stdout.write(overview(commands, group, style));
  else {
    const { commandsForHelp, pluginCommandLines } = await import('./plugin-commands/index.js');
    const others = pluginCommandLines(await commandsForHelp(context));
    await stdout.write(overview(commands, '', style, others));
  }
  return 0;
}

async function showVersion({ stdout, options }: Context): Promise<ProgramExit> {
  const { HOST_VERSION } = await import('../base/version.js');
  await stdout.write(
    options.json ? `${JSON.stringify({ version: HOST_VERSION })}\n` : `${HOST_VERSION}\n`,
  );
  return 0;
}

/** Prints a failure. */
async function report(error: unknown, context: Context): Promise<ProgramExit> {
  const { printFailure } = await import('./output/report.js');
  const { code } = await printFailure(error, context);
  return code === 'USAGE' ? 2 : 1;
}
