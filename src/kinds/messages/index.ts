export { messageDefinition } from './definition.js';
export type { Message } from './message-middleware.js';
export type { Messaging, SendOptions } from './messaging.js';
export { openMessaging } from './open-messaging.js';
export type { MessageCall, OnMessage, PluginMessaging } from './plugin-messaging.js';
