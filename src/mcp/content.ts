import type { ContentBlock } from '@modelcontextprotocol/server';
import type { ContentPart } from '../kinds/tools/index.js';

/** A part of a reply, as the protocol has it. */
export function contentBlock(part: ContentPart): ContentBlock {
  switch (part.type) {
    case 'text':
      return { type: 'text', text: part.text };
    case 'image':
    case 'audio':
      return { type: part.type, data: part.data, mimeType: part.mimeType };
    case 'resource': {
      const { uri, mimeType, text, data = '' } = part;
      const about = { uri, ...(mimeType !== undefined && { mimeType }) };
      const resource = text === undefined ? { ...about, blob: data } : { ...about, text };
      return { type: 'resource', resource };
    }
    case 'link': {
      const { uri, name, title, description, mimeType, size } = part;
      return {
        ...{ type: 'resource_link', uri, name },
        ...(title !== undefined && { title }),
        ...(description !== undefined && { description }),
        ...(mimeType !== undefined && { mimeType }),
        ...(size !== undefined && { size }),
      };
    }
  }
}
