// What only the host calls: none of it is on the types that an embedder sees.
import type { PluginHost } from 'aisopod';
import * as aisopod from 'aisopod';

export function internals(host: PluginHost): unknown[] {
  const { bus, events, hooks, messaging, middleware, plugins, registry, storage, tools } = host;
  return [
    // @ts-expect-error
    bus.announce,
    // @ts-expect-error
    bus.attach,
    // @ts-expect-error
    bus.close,
    // @ts-expect-error
    bus.leave,
    // @ts-expect-error
    bus.of,
    // @ts-expect-error
    bus.publishChecked,
    // @ts-expect-error
    bus.silent,
    // @ts-expect-error
    events.emit,
    // @ts-expect-error
    events.removeAllListeners,
    // @ts-expect-error
    hooks.of,
    // @ts-expect-error
    messaging.of,
    // @ts-expect-error
    messaging.sendAs,
    // @ts-expect-error
    middleware.current,
    // @ts-expect-error
    middleware.next,
    // @ts-expect-error
    middleware.of,
    // @ts-expect-error
    middleware.run,
    // @ts-expect-error
    plugins.info,
    // @ts-expect-error
    registry.apply,
    // @ts-expect-error
    registry.snapshot.batchOf,
    // @ts-expect-error
    registry.snapshot.plugins.push,
    // @ts-expect-error
    storage.close,
    // @ts-expect-error
    tools.amend,
    // @ts-expect-error
    tools.changed,
    // @ts-expect-error
    tools.configured,
    // @ts-expect-error
    tools.listAsRegistered,
    // @ts-expect-error
    new aisopod.PluginHost({}),
    // @ts-expect-error
    aisopod.ToolsService,
  ];
}
