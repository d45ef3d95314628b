import { AisopodError } from '../../base/errors/index.js';
import { isObject } from '../../base/json/index.js';
import { show, typeName } from '../../base/text/index.js';

/** Where a command writes. */
export type CommandStream = 'stdout' | 'stderr';

/** Takes what a command writes, in order; the next comes when its promise has settled. */
export type OnOutput = (stream: CommandStream, text: string) => unknown;

/** What one run has written so far may not be more than that while nobody takes it: characters. */
export const GATHERED_LIMIT = 16 * 1024 * 1024;

/** What a handler replies, judged. */
export interface CommandReply {
  readonly exitCode: number;
  readonly output: string;
  readonly data?: unknown;
}

/** What a command writes: handed on as it comes, or gathered where nobody takes it. */
export class CommandOutput {
  readonly #command: string;
  readonly #onOutput: OnOutput | undefined;
  readonly #gathered: Record<CommandStream, string> = { stdout: '', stderr: '' };

  /** @param command full name, for messages */
  constructor(command: string, onOutput: OnOutput | undefined) {
    this.#command = command;
    this.#onOutput = onOutput;
  }

  get gathered(): Readonly<Record<CommandStream, string>> {
    return this.#gathered;
  }

  /**
   * Takes a chunk: text for stdout, or `{stdout?, stderr?}`.
   * @throws AisopodError (as rejection) REPLY_REFUSED for anything else, PAYLOAD_TOO_LARGE when too
   *   much was gathered; both end the run
   */
  async chunk(chunk: unknown): Promise<void> {
    if (typeof chunk === 'string') return this.write('stdout', chunk);
    if (!isObject(chunk)) throw this.#refused('a chunk', typeName(chunk));
    const { stdout, stderr } = chunk;
    if (stdout === undefined && stderr === undefined) {
      throw this.#refused('a chunk', `an object with neither "stdout" nor "stderr"`);
    }
    for (const [stream, text] of [
      ['stdout', stdout],
      ['stderr', stderr],
    ] as const) {
      if (text === undefined) continue;
      if (typeof text !== 'string') throw this.#refused(`"${stream}" of a chunk`, typeName(text));
      await this.write(stream, text);
    }
  }

  async write(stream: CommandStream, text: string): Promise<void> {
    if (text === '') return;
    if (this.#onOutput !== undefined) {
      await this.#onOutput(stream, text);
      return;
    }
    const { stdout, stderr } = this.#gathered;
    if (stdout.length + stderr.length + text.length > GATHERED_LIMIT) {
      throw new AisopodError(
        'PAYLOAD_TOO_LARGE',
        `${this.#command} wrote more than ${GATHERED_LIMIT} characters without a reader. Read its ` +
          'output as it comes, with onOutput.',
        { details: { command: this.#command, limit: GATHERED_LIMIT } },
      );
    }
    this.#gathered[stream] += text;
  }

  /**
   * Judges a reply: null, text that is written to stdout, or `{exitCode?, output?, data?}`.
   * @throws AisopodError REPLY_REFUSED
   */
  reply(reply: unknown): CommandReply {
    if (reply === null) return { exitCode: 0, output: '' };
    if (typeof reply === 'string') return { exitCode: 0, output: reply };
    if (!isObject(reply)) throw this.#refused('its reply', typeName(reply));
    const { exitCode = 0, output = '', data } = reply;
    const legal = Number.isInteger(exitCode) && (exitCode as number) >= 0;
    if (!legal || (exitCode as number) > 255) {
      throw this.#refused('"exitCode" of its reply', show(exitCode), '0 to 255');
    }
    if (typeof output !== 'string') {
      throw this.#refused('"output" of its reply', typeName(output), 'text');
    }
    return { exitCode: exitCode as number, output, ...(data !== undefined && { data }) };
  }

  #refused(what: string, found: string, expected?: string): AisopodError {
    const wanted =
      expected ??
      (what === 'its reply'
        ? 'null, text, or {"exitCode", "output", "data"}'
        : 'text, or {"stdout", "stderr"} of texts');
    return new AisopodError(
      'REPLY_REFUSED',
      `${this.#command} gave an invalid answer: ${what} is ${found}, expected ${wanted}.`,
      { details: { command: this.#command } },
    );
  }
}
