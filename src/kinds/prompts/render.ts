import { AisopodError } from '../../base/errors/index.js';
import { isObject } from '../../base/json/index.js';
import { show, typeName } from '../../base/text/index.js';
import { type CalledKind, callEntry, findEntry, replyRefused } from '../../registry/call-entry.js';
import type { Dispatcher, Entry } from '../../registry/index.js';
import type { PromptSpec } from './definition.js';
import { checkPromptArguments, type PromptArguments, wrongArguments } from './prompt-arguments.js';
import type {
  PromptCompleteOptions,
  PromptCompletion,
  PromptMessage,
  PromptOptions,
  RenderedPrompt,
} from './prompts.js';
import { fillTemplate } from './template.js';

const PROMPT: CalledKind = {
  kind: 'prompt',
  notFound: 'PROMPT_NOT_FOUND',
  list: 'aisopod prompts list',
};
const ROLES = ['user', 'assistant'] as const satisfies readonly PromptMessage['role'][];

/** What MCP lets a completion have. */
const MOST_VALUES = 100;

/** What Prompts.render() was asked. */
interface Rendering {
  readonly name: string;
  readonly args: unknown;
  readonly options: PromptOptions;
}

/** What Prompts.complete() was asked. */
interface Completing {
  readonly name: string;
  readonly argument: string;
  readonly value: string;
  readonly options: PromptCompleteOptions;
}

/** As Prompts.render(). A template is filled without its plugin, which may not have started. */
export async function renderPrompt(
  dispatcher: Dispatcher,
  { name, args, options }: Rendering,
): Promise<RenderedPrompt> {
  const found = findEntry(dispatcher, PROMPT, name);
  // Its caller may change them while the call waits.
  const given = checkPromptArguments(found, specOf(found).arguments, args);
  if (specOf(found).template !== null) {
    found.generation.assertOpen();
    return rendered(found, [{ role: 'user', text: filled(found, given) }]);
  }
  const { entry, reply } = await callEntry({
    find: () => findEntry(dispatcher, PROMPT, found.fullName),
    method: 'invoke',
    params: (now) => checkPromptArguments(now, specOf(now).arguments, given),
    options,
  });
  return rendered(entry, messagesOf(entry, reply));
}

/** As Prompts.complete(). */
export async function completeArgument(
  dispatcher: Dispatcher,
  { name, argument, value, options: { arguments: others = {}, ...options } }: Completing,
): Promise<PromptCompletion> {
  const found = findEntry(dispatcher, PROMPT, name);
  const { arguments: known } = specOf(found);
  const { complete } = known.find((each) => each.name === argument) ?? {};
  const written = checkText(value);
  if (complete === undefined) throw wrongArguments(found, known, [String(argument)]);
  if (complete === false) return completionOf([]);
  if (complete !== true) return completionOf(complete.filter((each) => each.startsWith(written)));
  const given = checkPromptArguments(found, known, others, true);
  const { entry, reply } = await callEntry({
    find: () => findEntry(dispatcher, PROMPT, found.fullName),
    method: 'complete',
    params: (now) => ({
      argument,
      value: written,
      arguments: checkPromptArguments(now, specOf(now).arguments, given, true),
    }),
    options,
  });
  if (Array.isArray(reply) && reply.every((each) => typeof each === 'string')) {
    return completionOf(reply);
  }
  throw replyRefused(entry, 'its completion is not a list of texts');
}

/** @throws AisopodError USAGE */
function checkText(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new AisopodError(
    'USAGE',
    `The value that prompts.complete() completes is ${typeName(value)}; it must be text.`,
  );
}

function completionOf(all: readonly string[]): PromptCompletion {
  const values = Object.freeze(all.slice(0, MOST_VALUES));
  return Object.freeze({ values, hasMore: values.length < all.length });
}

/** Only promptDefinition makes the specs of this kind. */
function specOf(entry: Entry): PromptSpec {
  return entry.spec as PromptSpec;
}

function filled(entry: Entry, given: PromptArguments): string {
  const { payloadBytes } = entry.generation.limits;
  const text = fillTemplate(specOf(entry).template ?? [], given, payloadBytes);
  if (text !== null) return text;
  throw new AisopodError(
    'PAYLOAD_TOO_LARGE',
    `The prompt ${entry.fullName} is longer than ${payloadBytes} characters with these arguments. ` +
      'Shorten them, or raise the limit payload_bytes of its plugin.',
    { details: { prompt: entry.fullName, limit: payloadBytes } },
  );
}

/** @throws AisopodError REPLY_REFUSED */
function messagesOf(entry: Entry, reply: unknown): readonly PromptMessage[] {
  if (typeof reply === 'string') return [{ role: 'user', text: reply }];
  const { messages } = isObject(reply) ? reply : {};
  if (!Array.isArray(messages) || messages.length === 0) {
    const form = 'a text, or {"messages": [{"role": "user", "text": "..."}]}';
    throw replyRefused(entry, `its reply is not ${form}`);
  }
  return messages.map((message, i) => {
    const { role, text } = isObject(message) ? message : {};
    const known = ROLES.find((each) => each === role);
    if (known === undefined) {
      throw replyRefused(
        entry,
        `the role of its message ${i + 1} is ${show(role)}, not "user" or "assistant"`,
      );
    }
    if (typeof text !== 'string') throw replyRefused(entry, `its message ${i + 1} has no text`);
    return { role: known, text };
  });
}

function rendered(entry: Entry, messages: readonly PromptMessage[]): RenderedPrompt {
  const { plugin, name } = entry;
  return {
    messages,
    text: messages.map(({ text }) => text).join('\n\n'),
    metadata: { plugin: plugin.id, version: plugin.version, prompt: name },
  };
}
