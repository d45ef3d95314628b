import { AisopodError } from '../../base/errors/index.js';
import { isObject } from '../../base/json/index.js';
import { makerOf, type PluginScope, type RequestHandler } from '../../instance/index.js';
import type { KindHost, KindPart } from '../../registry/index.js';
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

const KEYS = ['to', 'message'];

/** What plugins ask of the messaging: `message.send` {to, message}; the reply is the answer. */
function messageRequests(messaging: MessagingService): Record<string, RequestHandler> {
  return {
    'message.send': (params, info) => {
      const { signal, timeoutMs, context } = info;
      const { to, message } = readParams(params);
      // The request has its own deadline; when no time is left, the receiver reports that.
      const options = { signal, timeoutMs: Math.max(1, timeoutMs), context };
      return messaging.sendAs(makerOf(info), to, message, options);
    },
  };
}

function readParams(params: unknown): { to: string; message: unknown } {
  const refuse = (why: string) =>
    new AisopodError(
      'INVALID',
      `message.send: ${why}; expected {"to": "plugin-id", "message": ...}`,
    );
  if (!isObject(params)) throw refuse('the parameters are not an object');
  const { to, message = null } = params;
  if (typeof to !== 'string') throw refuse('"to" is missing or no text');
  const unknown = Object.keys(params).find((key) => !KEYS.includes(key));
  if (unknown !== undefined) throw refuse(`the key "${unknown}" is not known`);
  return { to, message };
}
