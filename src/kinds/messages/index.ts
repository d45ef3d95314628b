export { messageDefinition } from './definition.js';
export type { Message } from './message-middleware.js';
export { messageRequests } from './message-requests.js';
export type { Messaging, SendOptions } from './messaging.js';
export { type MessagingHost, MessagingService } from './messaging-service.js';
export type { MessageCall, OnMessage, PluginMessaging } from './plugin-messaging.js';
