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
  event: 11,
  ask: 12,
  askEnded: 13,
  askRead: 14,
  stuck: 15,
  unstuck: 16,
  notice: 17,
  disposed: 18,
  logLost: 19,
  process: 20,
  configured: 21,
  subscription: 22,
} as const;

/**
 * Gets the messages of one instance. What the parts mean for a type stands at MessageType in
 * native/core/environment/message.h. An `answer` comes with the first three only.
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

/** CallWants of native/core/calls/call.h: what the caller wants to hear besides the answer. */
export const CallWants = { chunks: 1 << 0, progress: 1 << 1 } as const;

/** AISOPOD_ASK_* of plugin.h. */
export const AskFlag = { STREAM: 1 << 0 } as const;

/** aisopod_level of plugin.h, by number. */
export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'host-misbehaving'] as const;
