import { AisopodError } from '../../base/errors/index.js';
import { shortName, show } from '../../base/text/index.js';
import type { Dispatcher } from '../../registry/index.js';
import type { ContextSpec } from './definition.js';

const PLACE = /\{(\+?)query\}/;

/**
 * Finds the first context that a URI belongs to, and what it asks.
 * @throws AisopodError CONTEXT_NOT_FOUND, HOST_CLOSED
 */
export function findByUri(
  dispatcher: Dispatcher,
  uri: string,
): { readonly name: string; readonly query: string } {
  for (const { fullName, spec } of dispatcher.snapshot.list('context')) {
    // Only contextDefinition makes the specs of this kind.
    const { uriTemplate } = spec as ContextSpec;
    const query = uriTemplate === undefined ? null : queryIn(String(uri), uriTemplate);
    if (query !== null) return { name: fullName, query };
  }
  dispatcher.assertOpen();
  const given = shortName(uri);
  throw new AisopodError(
    'CONTEXT_NOT_FOUND',
    `No context has a uriTemplate for ${show(given)}. List the available contexts with: aisopod contexts list`,
    { details: { uri: given } },
  );
}

/**
 * Reads the query out of a URI.
 * @returns '' where the template has no place for one; null: the URI does not fit the template
 */
function queryIn(uri: string, template: string): string | null {
  const [before = '', plus, after = ''] = template.split(PLACE);
  if (plus === undefined) return uri === template ? '' : null;
  const isLongEnough = uri.length >= before.length + after.length;
  if (!isLongEnough || !uri.startsWith(before) || !uri.endsWith(after)) return null;
  const written = uri.slice(before.length, uri.length - after.length);
  // {query} is one segment, as RFC 6570 has it; {+query} may hold what separates segments.
  if (plus === '' && /[/?#]/.test(written)) return null;
  try {
    return decodeURIComponent(written);
  } catch {
    return null; // A % that is not followed by two digits.
  }
}
