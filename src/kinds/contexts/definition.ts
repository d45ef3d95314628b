import { maybe, optional, type Read, required, string, table } from '../../base/shape/index.js';
import type { KindDefinition } from '../../registry/index.js';

// Linear in the length, whatever stands there.
const line = string('one line of text', /^(?=[\s\S]*\S)\P{Cc}*$/u);

/** A type of media, such as `text/markdown`. */
export const MIME = /^[A-Za-z0-9!#$&^_.+-]+\/[A-Za-z0-9!#$&^_.+-]+(?:;[^\p{Cc}]*)?$/u;

// A scheme, and at most one place, which stands at its end or before more text.
const URI_TEMPLATE = /^[A-Za-z][A-Za-z0-9+.-]*:[^\s{}]*(?:\{\+?query\}[^\s{}]*)?$/;

const spec = table(
  {
    title: maybe(line, 'What people see in place of the name'),
    description: required(
      string('text that is not blank', /\S/),
      'What it knows about, and what its queries look like',
      'say in a sentence what the context knows about',
    ),
    uriTemplate: maybe(
      string('a URI with at most one {query} or {+query}, such as "notes:{query}"', URI_TEMPLATE),
      'The URIs that it can be read by; absent: none',
    ),
    mime: optional(
      string('a type of media, such as "text/markdown"', MIME),
      'text/plain',
      'What its texts are; absent: text/plain',
    ),
  },
  'an object: {"description": "..."}',
  { open: true },
);

/** The spec of a context after it was judged; frozen. */
export type ContextSpec = Read<typeof spec>;

/** Something that knows a subject, and gives texts about it to people, programs and models. */
export const contextDefinition: KindDefinition<ContextSpec, ContextSpec> = {
  kind: 'context',
  names: 'unique',
  caseCounts: true,
  methods: ['invoke'],
  registrar: { member: 'registerContext' },
  spec,
};
