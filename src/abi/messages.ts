/** MessageType of native/core/environment/message.h; a test compares the two. */
export const MessageType = {
  log: 1,
  registration: 2,
  refusal: 3,
  moment: 4,
  answer: 5,
  failure: 6,
  refused: 7,
  lost: 8,
  chunk: 9,
  progress: 10,
  publication: 11,
  request: 12,
  requestEnded: 13,
  responseRead: 14,
  stuck: 15,
  unstuck: 16,
  notice: 17,
  disposed: 18,
  logLost: 19,
  process: 20,
  configured: 21,
  subscription: 22,
  unanswered: 23,
  opened: 24,
  shared: 25,
} as const;

/**
 * Receives the messages of one instance. MessageType in native/core/environment/message.h says what
 * the parts mean for each type. An `answer` comes with the first three only.
 */
export type Receive = (
  type: number,
  token: number,
  a: string,
  status: number,
  number: number,
  b: string,
  c: string,
  other: number,
) => void;

/** Moment of native/core/instance/instance.h. */
export const Moment = { create: 1, register: 2, init: 3, dispose: 4, configure: 5 } as const;

/** AISOPOD_CALL_* of plugin.h: what the caller reads besides the answer. */
export const CallWants = { chunks: 1 << 0, progress: 1 << 1 } as const;

/**
 * A bit next to CallWants, for the core alone: the call is made on behalf of another one, which may
 * wait for it on a worker of the same plugin.
 */
export const WITHIN_CALL = 0x100;

/** AISOPOD_REQUEST_* of plugin.h. */
export const RequestFlag = { STREAM: 1 << 0 } as const;
