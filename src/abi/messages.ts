/** The types of native/core/environment/messages.def; a test compares the two. */
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
 * The fields of each type of message in the order in which they come, as messages.def has them; a test
 * compares the two. That file says what they mean.
 */
export interface MessageFields {
  log: [level: number, text: string, fields: string, meta: string, parent: number];
  registration: [token: number, kind: string, name: string, spec: string, flags: number];
  refusal: [kind: string, name: string, reason: string, optional: number, status: number];
  moment: [moment: number, status: number, message: string, tookMs: number, overdue: number];
  answer: [call: number, json: string];
  failure: [call: number, status: number, message: string, details: string];
  refused: [call: number, status: number, reason: string];
  lost: [call: number, status: number, reason: string];
  chunk: [call: number, json: string, bytes: number];
  progress: [call: number, fraction: number, note: string, hasNote: number];
  publication: [topic: string, json: string, meta: string, parent: number];
  request: [
    token: number,
    method: string,
    params: string,
    flags: number,
    limitMs: number,
    parent: number,
    meta: string,
  ];
  requestEnded: [token: number];
  responseRead: [token: number];
  stuck: [handler: string];
  unstuck: [];
  notice: [level: number, text: string];
  disposed: [];
  logLost: [lines: number];
  process: [ran: string, before: string, after: string, moment: number];
  configured: [moment: number, status: number, message: string, tookMs: number, overdue: number];
  subscription: [token: number, pattern: string, flags: number];
  unanswered: [call: number, status: number, reason: string];
  opened: [outcome: number, text: string, by: string, size: number, otherSize: number];
  shared: [library: string, otherLibrary: string, symbols: string];
}

/**
 * A message as its receiver gets it: its type, and the fields of that type, filled up to the largest
 * number of fields. A receiver that names them all as parameters, and switches over the first, has them
 * in their types, without an array for each message.
 */
export type Message = {
  [Name in keyof MessageFields]: [(typeof MessageType)[Name], ...Filled<MessageFields[Name]>];
}[keyof MessageFields];

type Absent = undefined;

type Filled<Fields extends unknown[]> = [
  ...Fields,
  ...[Absent, Absent, Absent, Absent, Absent, Absent, Absent],
] extends [infer A, infer B, infer C, infer D, infer E, infer F, infer G, ...Absent[]]
  ? [A, B, C, D, E, F, G]
  : never;

/** Receives the messages of one instance. */
export type Receive = (...message: Message) => void;

/** Moment of native/core/instance/instance.h. */
export const Moment = {
  create: 1,
  register: 2,
  init: 3,
  dispose: 4,
  configure: 5,
  save: 6,
  restore: 7,
  pause: 8,
} as const;

/** AISOPOD_CALL_* of plugin.h: what the caller reads besides the answer. */
export const CallWants = { chunks: 1 << 0, progress: 1 << 1 } as const;

/**
 * A bit next to CallWants, for the core alone: the call is made on behalf of another one, which may
 * wait for it on a worker of the same plugin.
 */
export const WITHIN_CALL = 0x100;

/** AISOPOD_REQUEST_* of plugin.h. */
export const RequestFlag = { STREAM: 1 << 0 } as const;
