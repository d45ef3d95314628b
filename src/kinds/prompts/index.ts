export { type PromptArgument, promptDefinition } from './definition.js';
export { openPrompts } from './open-prompts.js';
export type { PluginPrompts } from './plugin-prompts.js';
export type {
  PromptCompleteOptions,
  PromptCompletion,
  PromptInfo,
  PromptMessage,
  PromptOptions,
  Prompts,
  RenderedPrompt,
} from './prompts.js';
export type {
  CompletionParams,
  PromptArgumentDefinition,
  PromptDefinition,
  PromptHandlers,
  RegistersPrompts,
} from './registers-prompts.js';
