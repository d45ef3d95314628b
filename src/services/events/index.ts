export {
  type BusEvent,
  HOST_SOURCE,
  type PublishOptions,
  type SubscribeOptions,
  type Subscriber,
} from './event.js';
export type { EventBus } from './event-bus.js';
export { type EventBusHost, EventBusService, type EventLimits } from './event-bus-service.js';
export { type EventContext, withoutAuthority } from './event-context.js';
export { compilePattern } from './pattern.js';
export type { PluginEventBus } from './plugin-event-bus.js';
