import type { PluginHandler } from '../../loaders/embedded/index.js';

/** An argument, as a prompt describes it. */
export interface PromptArgumentDefinition {
  /** `[A-Za-z0-9][A-Za-z0-9_-]{0,63}` */
  readonly name: string;
  readonly description?: string | undefined;
  /** Default: false. */
  readonly required?: boolean | undefined;
  /** Values to choose from; true: the handler answers the method `complete`. Default: false. */
  readonly complete?: readonly string[] | boolean | undefined;
}

/** What a prompt says of itself; docs/reference/kinds has the rules. */
export interface PromptDefinition {
  /** What people see in place of the name. */
  readonly title?: string | undefined;
  /** What it is for. */
  readonly description: string;
  readonly arguments?: readonly PromptArgumentDefinition[] | undefined;
  /** Its text, with places such as `{{file}}`; without it, the handler makes the messages. */
  readonly template?: string | undefined;
}

/** What completes an argument. */
export interface CompletionParams {
  readonly argument: string;
  /** What is written so far. */
  readonly value: string;
  /** Those that are given already. */
  readonly arguments: Readonly<Record<string, string>>;
}

/** What a prompt does: what it says, and which values an argument may have. */
export interface PromptHandlers {
  /** Returns the text of the prompt, or `{ messages: [{ role, text }] }`. */
  invoke?: PluginHandler<Readonly<Record<string, string>>> | undefined;
  /** Returns texts, the best first. */
  complete?: PluginHandler<CompletionParams> | undefined;
}

/** What register() of a plugin in TypeScript calls for prompts. */
export interface RegistersPrompts {
  /** @param handler not needed for a prompt with a template */
  registerPrompt(
    name: string,
    spec: PromptDefinition,
    handler?: PromptHandlers['invoke'] | PromptHandlers,
  ): void;
}
