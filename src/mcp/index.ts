export { type Door, openDoor } from './door.js';
export { type HttpOptions, type HttpServing, serveHttp } from './http/serve-http.js';
export { LogRelay } from './log-relay.js';
export { serveStdio } from './serve-stdio.js';
export type { Pipes } from './stdio-transport.js';
