export type { ContentPart, LinkPart, MediaPart, ResourcePart, TextPart } from './content-part.js';
export { contentResult } from './content-result.js';
export { contentShape } from './content-shape.js';
