import {
  list,
  maybe,
  oneOf,
  required,
  type Shape,
  string,
  table,
  tagged,
  value,
  wholeNumber,
} from '../../../base/shape/index.js';
import type { ContentPart } from './content-part.js';

const BASE64 = '^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$';

/** Whether a text is base64 with its padding, without line breaks. One pass, since it may be megabytes. */
function isBase64(text: string): boolean {
  const body = text.endsWith('==') ? -2 : text.endsWith('=') ? -1 : text.length;
  return text.length % 4 === 0 && !/[^A-Za-z0-9+/]/.test(text.slice(0, body));
}

const base64: Shape<string> = value({
  expected: 'base64 with padding, without line breaks',
  schema: { type: 'string', contentEncoding: 'base64', pattern: BASE64 },
  convert: (found) => (typeof found === 'string' && isBase64(found) ? found : undefined),
});
const mediaType = string('a media type such as image/png', /^[\w.+-]+\/[\w.+-]+(?: *;.*)?$/);
const uri = string(
  'a URI with its scheme, such as file:///srv/log',
  /^[A-Za-z][A-Za-z0-9+.-]*:\S*$/,
);
const text = string('text');
const named = string('text that is not empty', /[\s\S]/);

const AN_OBJECT = 'an object';
const OPEN = { open: true };

function part<const T extends string, F extends Parameters<typeof table>[0]>(type: T, fields: F) {
  return table({ type: required(oneOf([type])), ...fields }, AN_OBJECT, OPEN);
}

/** Bytes that are shown or played. */
function media<const T extends 'image' | 'audio'>(type: T) {
  return part(type, {
    data: required(base64, 'The bytes in base64'),
    mimeType: required(mediaType, 'What the bytes are'),
  });
}

const parts: Shape<ContentPart> = tagged('type', {
  text: part('text', { text: required(text, 'For the reader') }),
  image: media('image'),
  audio: media('audio'),
  resource: exactlyOne(
    part('resource', {
      uri: required(uri, 'What it is called'),
      mimeType: maybe(mediaType, 'What it is'),
      text: maybe(text, 'Its text; else its data'),
      data: maybe(base64, 'Its bytes in base64; else its text'),
    }),
  ),
  link: part('link', {
    uri: required(uri, 'Where it is'),
    name: required(named, 'What it is called'),
    title: maybe(text, 'What people are shown in place of the name'),
    description: maybe(text, 'What it is about'),
    mimeType: maybe(mediaType, 'What it is'),
    size: maybe(wholeNumber(0), 'Bytes'),
  }),
});

/** A resource has a text or bytes, and not both. */
function exactlyOne<T extends object>(resource: Shape<T>): Shape<T> {
  const expected = 'a resource with either "text" or "data"';
  return {
    expected,
    schema: { ...resource.schema, oneOf: [{ required: ['text'] }, { required: ['data'] }] },
    read(found, place, findings) {
      const given = found as { readonly text?: unknown; readonly data?: unknown };
      if ((given.text === undefined) === (given.data === undefined)) {
        findings.error(place, found, expected);
      }
      return resource.read(found, place, findings);
    },
  };
}

/** The reply of such a tool. */
export const contentShape: Shape<readonly ContentPart[]> = list(parts, {
  expected: 'a list of parts: [{"type": "text", "text": "..."}]',
});
