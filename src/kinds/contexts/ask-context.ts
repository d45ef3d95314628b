import { AisopodError } from '../../base/errors/index.js';
import { isObject } from '../../base/json/index.js';
import { typeName } from '../../base/text/index.js';
import { type CalledKind, callEntry, findEntry, replyRefused } from '../../registry/call-entry.js';
import type { Dispatcher, Entry } from '../../registry/index.js';
import type { ContextOptions, ContextPart, ContextResult, ContextSource } from './contexts.js';
import { type ContextSpec, MIME } from './definition.js';

export { findByUri } from './find-by-uri.js';

const CONTEXT: CalledKind = {
  kind: 'context',
  notFound: 'CONTEXT_NOT_FOUND',
  list: 'aisopod contexts list',
};

const URI = /^[A-Za-z][A-Za-z0-9+.-]*:\S*$/;

/** What Contexts.get() was asked. */
interface Asking {
  readonly name: string;
  readonly query: string;
  readonly options: ContextOptions;
}

/** As Contexts.get(). */
export async function askContext(
  dispatcher: Dispatcher,
  { name, query, options }: Asking,
): Promise<ContextResult> {
  if (typeof query !== 'string') throw notText(query);
  const { fullName } = findEntry(dispatcher, CONTEXT, name);
  const { entry, reply } = await callEntry({
    find: () => findEntry(dispatcher, CONTEXT, fullName),
    method: 'invoke',
    params: () => ({ query }),
    options,
  });
  const parts = partsOf(entry, reply);
  const { plugin } = entry;
  return {
    parts,
    text: parts.map(({ text }) => text).join('\n\n'),
    metadata: { plugin: plugin.id, version: plugin.version, context: entry.name },
  };
}

/** @throws AisopodError REPLY_REFUSED */
function partsOf(entry: Entry, reply: unknown): readonly ContextPart[] {
  // Only contextDefinition makes the specs of this kind.
  const { title = entry.fullName, mime } = entry.spec as ContextSpec;
  if (reply === null) return [];
  if (typeof reply === 'string') return [{ text: reply, mime, source: { title } }];
  const { parts } = isObject(reply) ? reply : {};
  if (!Array.isArray(parts)) {
    const form = 'a text, null, or {"parts": [{"text": "...", "source": {"title": "..."}}]}';
    throw replyRefused(entry, `its reply is not ${form}`);
  }
  return parts.map((part, i) => {
    const refuse = (why: string) => replyRefused(entry, `part ${i + 1} of its reply ${why}`);
    const given = isObject(part) ? part : {};
    if (typeof given.text !== 'string') throw refuse('has no text');
    const own = given.mime ?? mime;
    if (typeof own !== 'string' || !MIME.test(own))
      throw refuse('has a "mime" of another form than "text/plain"');
    return { text: given.text, mime: own, source: sourceOf(given.source, refuse) };
  });
}

function sourceOf(given: unknown, refuse: (why: string) => AisopodError): ContextSource {
  const { title, uri } = isObject(given) ? given : {};
  if (title === undefined && uri === undefined) {
    throw refuse('has no source: {"title": "...", "uri": "..."}, or one of them');
  }
  if (title !== undefined && typeof title !== 'string')
    throw refuse('has a title of another type than text');
  if (uri !== undefined && !(typeof uri === 'string' && URI.test(uri))) {
    throw refuse('has a "uri" without a scheme');
  }
  return { ...(title !== undefined && { title }), ...(uri !== undefined && { uri }) };
}

function notText(query: unknown): AisopodError {
  return new AisopodError(
    'USAGE',
    `The query of a context is ${typeName(query)}; it must be text.`,
    { details: { option: 'query' } },
  );
}
