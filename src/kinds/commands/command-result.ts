import { errorData, type FailureData } from '../../base/errors/index.js';
import { readJson } from '../../base/json/index.js';
import type { Answer } from '../../instance/index.js';
import type { Entry } from '../../registry/index.js';
import type { CommandOutput } from './command-output.js';

/** What came of a command that the plugin answered, well or with its own error. */
export interface CommandResult {
  /** 0 is good; 1 where the plugin answered an error. 0 to 255. */
  readonly exitCode: number;
  /** What it wrote that no `onOutput` took. */
  readonly stdout: string;
  readonly stderr: string;
  /** For programs, as the command likes it. */
  readonly data?: unknown;
  /** The plugin's own error. */
  readonly error?: FailureData | undefined;
  readonly metadata: {
    readonly plugin: string;
    readonly version: string;
    readonly command: string;
  };
}

/**
 * Takes the last of a run: what its reply says is to be written, and its exit code.
 * @throws AisopodError (as rejection) REPLY_REFUSED, PAYLOAD_TOO_LARGE
 */
export async function toCommandResult(
  answer: Answer,
  output: CommandOutput,
  { plugin, name }: Entry,
): Promise<CommandResult> {
  const metadata = { plugin: plugin.id, version: plugin.version, command: name };
  if (!answer.ok) {
    return { exitCode: 1, ...output.gathered, error: errorData(answer), metadata };
  }
  const { output: last, ...reply } = output.reply(readJson(answer.json));
  await output.write('stdout', last === '' || last.endsWith('\n') ? last : `${last}\n`);
  return { ...reply, ...output.gathered, metadata };
}
