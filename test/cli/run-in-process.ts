import { Readable } from 'node:stream';
import type { Context } from '../../src/cli/command.js';
import { Messages } from '../../src/cli/output/messages.js';
import { Output } from '../../src/cli/output/output.js';
import { styleFor } from '../../src/cli/output/style.js';
import { run } from '../../src/cli/run.js';
import type { CliOptions, CliResult } from './run-cli.js';

/** An output that keeps what is written, and stays out of the descriptors of the test's process. */
class Captured extends Output {
  text = '';

  constructor() {
    super(-1, { isTTY: false, columns: () => 0 });
  }

  override async write(text: string): Promise<void> {
    this.text += text;
  }

  /** Descriptor 1 stays what it is: the process has other tests to report. */
  override async relocate(): Promise<void> {}
}

/**
 * Runs a command line in the process of the test, as src/cli/main.ts does in one of its own.
 * @param options home and env are complete: nothing is taken from the process of the test
 */
export async function runInProcess(
  args: readonly string[],
  { home, env = {}, input = '' }: Omit<CliOptions, 'home'> & { readonly home: string },
): Promise<CliResult> {
  const stdout = new Captured();
  const stderr = new Captured();
  const whole = { PATH: process.env.PATH, HOME: home, ...env };
  const code = await run(
    args,
    ({ options }): Omit<Context, 'defer'> => ({
      options,
      env: whole,
      stdout,
      style: styleFor(false, whole),
      messages: new Messages(stderr, styleFor(false, whole), whole),
      stdin: async function* () {
        yield Buffer.from(input);
      },
      ownStdin: async () => Readable.from([Buffer.from(input)]),
      endProcess: () => {},
    }),
  );
  return { code, signal: null, stdout: stdout.text, stderr: stderr.text };
}
