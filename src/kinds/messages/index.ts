export { messageDefinition } from './definition.js';
export type { Message } from './message-middleware.js';
export { messageRequests } from './message-requests.js';
export {
  Messaging,
  type MessagingHost,
  type SendOptions,
} from './messaging.js';
export type { MessageCall, OnMessage, PluginMessaging } from './plugin-messaging.js';
