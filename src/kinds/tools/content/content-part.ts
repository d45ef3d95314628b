/** Something to read. */
export interface TextPart {
  readonly type: 'text';
  readonly text: string;
}

/** Something to look at or to listen to. */
export interface MediaPart {
  readonly type: 'image' | 'audio';
  /** The bytes in base64, with padding. */
  readonly data: string;
  /** What the bytes are, such as image/png. */
  readonly mimeType: string;
}

/** Something with a name of its own: its text, or its bytes. */
export interface ResourcePart {
  readonly type: 'resource';
  readonly uri: string;
  readonly mimeType?: string | undefined;
  readonly text?: string | undefined;
  /** The bytes in base64, with padding; absent: there is a text. */
  readonly data?: string | undefined;
}

/** Something that the reader may fetch. */
export interface LinkPart {
  readonly type: 'link';
  readonly uri: string;
  readonly name: string;
  /** What people are shown in place of the name. */
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  readonly mimeType?: string | undefined;
  /** Bytes. */
  readonly size?: number | undefined;
}

/** One part of what a tool replies with, if its spec says `"result": "content"`. */
export type ContentPart = TextPart | MediaPart | ResourcePart | LinkPart;
