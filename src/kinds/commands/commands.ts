import type { CallContext, OnProgress } from '../../instance/index.js';
import type { Credentials } from '../../security/auth/index.js';
import type { CommandInfo } from './command-info.js';
import type { OnOutput } from './command-output.js';
import type { CommandResult } from './command-result.js';

/** Options of Commands.run(). */
export interface CommandRunOptions {
  /** Each at most 4096 UTF-8 bytes; control characters but `\n` and `\t` are removed. */
  readonly args?: readonly string[] | undefined;
  /** All of standard input, for a command that reads it. */
  readonly stdin?: string | undefined;
  /** Who runs it; else the role of `context` counts. */
  readonly auth?: Credentials | undefined;
  /** On whose behalf it runs. */
  readonly context?: CallContext | undefined;
  /** Aborting cancels the run, which then rejects with CALL_CANCELLED. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds, a positive number or Infinity; else the limit of the plugin. */
  readonly timeoutMs?: number | undefined;
  /** Gets what the command writes as it comes; else it is gathered in the result. */
  readonly onOutput?: OnOutput | undefined;
  readonly onProgress?: OnProgress | undefined;
}

/** The commands of all plugins: `host.commands`. */
export interface Commands {
  /** All commands: by dependency level and id of their plugins, then in order of registration. */
  list(): readonly CommandInfo[];

  /**
   * @param name `plugin-id:name`, the short name of its first owner, or an alias in either form;
   *   whatever the case
   */
  get(name: string): CommandInfo | undefined;

  /**
   * Runs a command. While it runs, writes to the host are refused with COMMAND_RUNNING.
   *
   * @param name as for get()
   * @returns what the plugin answered; `error` is there when that is an error
   * @throws AisopodError (as rejection) when the run did not come to an answer: COMMAND_NOT_FOUND,
   *   AUTH_REQUIRED, AUTH_REFUSED, TOKEN_UNUSABLE, ARGUMENT_TOO_LARGE, USAGE, PLUGIN_DISABLED,
   *   PLUGIN_NOT_ACTIVE, PLUGIN_STUCK, QUEUE_FULL, PAYLOAD_TOO_LARGE, REPLY_REFUSED,
   *   CALL_CANCELLED, CALL_DEADLINE, CALL_GONE, NO_RESOURCES, HOST_CLOSED
   */
  run(name: string, options?: CommandRunOptions): Promise<CommandResult>;
}
