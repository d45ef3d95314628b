import type { PluginScope } from '../../instance/index.js';
import type { KindHost, KindPart } from '../../registry/index.js';
import { messageRequests } from './message-requests.js';
import { type MessagingHost, MessagingService } from './messaging-service.js';
import type { PluginMessaging } from './plugin-messaging.js';

/** Serves messages in a host. @param middleware what messages run through */
export function openMessaging(
  { dispatcher }: KindHost,
  middleware: MessagingHost['middleware'],
): KindPart<MessagingService, PluginMessaging> {
  const service = new MessagingService({ dispatcher, middleware });
  return {
    service,
    requests: messageRequests(service),
    forPlugin: (scope) => messagingFor(scope, service),
  };
}

function messagingFor(
  { generation, assertOpen, hold, given }: PluginScope,
  all: MessagingService,
): PluginMessaging {
  const messaging = all.of(generation);
  return Object.freeze({
    async send(to, message, options) {
      assertOpen();
      return messaging.send(to, message, given('messaging.send()', options));
    },
    onMessage: (fn) => hold(() => messaging.onMessage(fn)),
  } satisfies PluginMessaging);
}
