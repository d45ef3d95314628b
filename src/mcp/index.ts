export { type Door, openDoor } from './door.js';
export { LogRelay } from './log-relay.js';
export { serveStdio } from './serve-stdio.js';
export type { Pipes } from './stdio-transport.js';
