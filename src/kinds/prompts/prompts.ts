import type { CallContext, OnProgress } from '../../instance/index.js';
import type { PromptArgument } from './definition.js';

/** A prompt as it is shown to people and other programs. */
export interface PromptInfo {
  /** Id of the plugin. */
  readonly plugin: string;
  readonly name: string;
  /** `plugin-id:name`; always works. */
  readonly fullName: string;
  /** For protocols that know no full names; unique among all prompts of the host. */
  readonly wireName: string;
  readonly title?: string | undefined;
  readonly description: string;
  readonly arguments: readonly PromptArgument[];
}

/** On whose behalf a prompt is asked for, and for how long. */
export interface PromptOptions {
  readonly context?: CallContext | undefined;
  /** Aborting cancels the call, which then rejects with CALL_CANCELLED. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds, a positive number or Infinity; else the limit of the plugin. */
  readonly timeoutMs?: number | undefined;
  /** Receives reports of how far the handler is. */
  readonly onProgress?: OnProgress | undefined;
}

/** Options of Prompts.complete(). */
export interface PromptCompleteOptions extends PromptOptions {
  /** What other arguments say already. */
  readonly arguments?: Readonly<Record<string, string>> | undefined;
}

/** One message of a prompt. */
export interface PromptMessage {
  readonly role: 'user' | 'assistant';
  readonly text: string;
}

/** A prompt with its arguments in place. */
export interface RenderedPrompt {
  /** At least one. */
  readonly messages: readonly PromptMessage[];
  /** The texts of all messages, with an empty line between them. */
  readonly text: string;
  readonly metadata: {
    readonly plugin: string;
    readonly version: string;
    readonly prompt: string;
  };
}

/** Values that an argument may have. */
export interface PromptCompletion {
  /** At most 100, the best first. */
  readonly values: readonly string[];
  /** Whether there are more. */
  readonly hasMore: boolean;
}

/** The prompts of all plugins: `host.prompts`. */
export interface Prompts {
  /** All prompts: by dependency level and id of their plugins, then in order of registration. */
  list(): readonly PromptInfo[];

  /** @param name `plugin-id:name`, or the short name of its first owner */
  get(name: string): PromptInfo | undefined;

  /**
   * Makes the messages of a prompt. A plugin that has not started yet starts only if its handler makes them.
   *
   * @param name `plugin-id:name`, or the short name of its first owner
   * @param args texts by the names of arguments. Default: {}
   * @throws AisopodError (as rejection) PROMPT_NOT_FOUND, ARGUMENTS_INVALID, REPLY_REFUSED, USAGE,
   *   PAYLOAD_TOO_LARGE, PLUGIN_DISABLED, PLUGIN_NOT_ACTIVE, PLUGIN_STUCK, QUEUE_FULL, CALL_CANCELLED,
   *   CALL_DEADLINE, CALL_GONE, CALL_TOO_DEEP, NO_RESOURCES, HOST_CLOSED; and what the plugin answers,
   *   with its code
   */
  render(
    name: string,
    args?: Readonly<Record<string, string>>,
    options?: PromptOptions,
  ): Promise<RenderedPrompt>;

  /**
   * Finds values for an argument.
   *
   * @param name `plugin-id:name`, or the short name of its first owner
   * @param argument its name
   * @param value what is written so far; the values of a list are those that begin with it
   * @returns no values for an argument that its plugin completes with nothing
   * @throws AisopodError (as rejection) as render()
   */
  complete(
    name: string,
    argument: string,
    value: string,
    options?: PromptCompleteOptions,
  ): Promise<PromptCompletion>;
}
