#!/usr/bin/env node
import { isatty } from 'node:tty';
import type { Context } from './command.js';
import { Messages } from './output/messages.js';
import { Output } from './output/output.js';
import { styleFor } from './output/style.js';
import type { CommandLine } from './parse.js';
import { APART, run } from './run.js';

const { env } = process;
let endsByItself = true;

/** process.stdout and process.stderr are asked for their width only: they cost time, and block. */
function columnsOf(fd: 1 | 2): number {
  const stream = fd === 1 ? process.stdout : process.stderr;
  // Told about a new size of the window, it asks a descriptor that may be none of a terminal now.
  if (stream.listenerCount('error') === 0) stream.on('error', () => {});
  return stream.columns;
}

function openOutput(fd: 1 | 2): Output {
  return new Output(fd, { isTTY: isatty(fd), columns: () => columnsOf(fd) });
}

const args = process.argv.slice(2);
/** What this process is, where a command line runs apart. */
const child = args[0] === APART ? await import('./apart/child.js') : null;

function contextOf(line: CommandLine): Omit<Context, 'defer'> {
  const stdout = openOutput(1);
  const stderr = openOutput(2);
  const context = {
    options: line.options,
    env,
    stdout,
    style: styleFor(stdout.isTTY, env),
    messages: new Messages(stderr, styleFor(stderr.isTTY, env), env),
    stdin: () => process.stdin,
    ownStdin: async () => (await import('./output/own-stdin.js')).ownStdin(),
    endProcess: () => {
      endsByItself = false;
    },
  };
  if (child !== null) return { ...context, ...child.childContext() };
  const runApart = async () => (await import('./apart/run-apart.js')).runApart(line, context);
  return { ...context, runApart };
}

// The process ends by itself when nothing is left to do, so that all is written and shut down.
process.exitCode = await run(child?.begin(args) ?? args, contextOf);
if (!endsByItself) process.exit();
