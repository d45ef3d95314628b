import { count } from '../../../base/text/index.js';
import type { ContentPart } from './content-part.js';

/** What of content is text, a part a line; what is not has a line that says what it is. */
export function contentText(parts: readonly ContentPart[]): string {
  return parts.map(partText).join('\n');
}

function partText(part: ContentPart): string {
  switch (part.type) {
    case 'text':
      return part.text;
    case 'image':
    case 'audio':
      return `[${part.type}: ${part.mimeType}, ${bytesOf(part.data)}]`;
    case 'resource': {
      if (part.text !== undefined) return part.text;
      const type = part.mimeType === undefined ? '' : `${part.mimeType}, `;
      return `[resource: ${part.uri}, ${type}${bytesOf(part.data ?? '')}]`;
    }
    case 'link':
      return `[link: ${part.title ?? part.name}, ${part.uri}]`;
  }
}

function bytesOf(base64: string): string {
  return count(Buffer.byteLength(base64, 'base64'), 'byte');
}
