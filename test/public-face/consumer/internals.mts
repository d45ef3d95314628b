// What only the host calls: none of it is on the types that an embedder sees.
import type { PluginHost } from 'aisopod';
import * as aisopod from 'aisopod';

export function internals(host: PluginHost): unknown[] {
  const { bus, commands, config, events, hooks, messaging, middleware, plugins } = host;
  const { registry, storage, tools } = host;
  return [
    // @ts-expect-error
    bus.announce,
    // @ts-expect-error
    bus.attach,
    // @ts-expect-error
    bus.close,
    // @ts-expect-error
    bus.publishChecked,
    // @ts-expect-error
    bus.remove,
    // @ts-expect-error
    bus.setDeaf,
    // @ts-expect-error
    bus.silent,
    // @ts-expect-error
    commands.remove,
    // @ts-expect-error
    config.layersFor,
    // @ts-expect-error
    config.reload,
    // @ts-expect-error
    config.resolve,
    // @ts-expect-error
    config.text,
    // @ts-expect-error
    events.emit,
    // @ts-expect-error
    events.removeAllListeners,
    // @ts-expect-error
    hooks.of,
    // @ts-expect-error
    messaging.remove,
    // @ts-expect-error
    middleware.current,
    // @ts-expect-error
    middleware.next,
    // @ts-expect-error
    middleware.run,
    // @ts-expect-error
    plugins.info,
    // @ts-expect-error
    registry.commit,
    // @ts-expect-error
    registry.commitAll,
    // @ts-expect-error
    registry.remove,
    // @ts-expect-error
    registry.snapshot.plugins.push,
    // @ts-expect-error
    storage.close,
    // @ts-expect-error
    tools.amend,
    // @ts-expect-error
    tools.forget,
    // @ts-expect-error
    tools.forgetResults,
    // @ts-expect-error
    tools.listAsRegistered,
    // @ts-expect-error
    new aisopod.PluginHost({}),
    // @ts-expect-error
    aisopod.Tools,
  ];
}
