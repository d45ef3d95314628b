import type { AisopodError } from '../../base/errors/index.js';
import type { Following } from '../lifecycle/host-life.js';
import { FollowPlugins } from './follow-plugins.js';
import type { ChangeContext } from './replace-plugin.js';
import { WatchPlugins } from './watch-plugins.js';

/** A plugin whose calls in flight did not end is reloaded again so late, since calls wait for a reload. */
const RETRY_MS = 30_000;

/** Lets a host that has started follow the folders of its plugins, until close(). */
export function followPlugins(context: ChangeContext): Following {
  const { core, finder } = context;
  const { logger, events, operations, dispatcher } = core;
  const follow = new FollowPlugins(context);
  const onError = (error: AisopodError) => {
    logger.warn({ code: error.code }, error.message);
    events.emit('watchError', error);
  };
  const apply = async () => {
    if (dispatcher.isClosed) return;
    events.emit('pluginFiles', await follow.apply(watch));
    if (follow.takeBusy()) setTimeout(() => watch.soon(true), RETRY_MS).unref();
  };
  const watch = new WatchPlugins({
    places: () => finder.places,
    scannedAt: finder.scannedAt,
    onError,
    onMissed: () => {
      logger.info(
        {},
        'The system did not report some changes of plugin folders. The host found them by looking ' +
          'there itself, which it does every 30 seconds.',
      );
    },
    async onChange() {
      try {
        await operations.add({ cause: 'watch', run: apply });
      } catch (error) {
        core.operationFailed(error);
        throw error;
      }
    },
  });
  core.listen({
    // What changed while a plugin was switched off, or stuck, is brought to it now.
    phaseChanged: ({ from, to }) => {
      const serves = to === 'active' || to === 'registered';
      if (serves && (from === 'disabled' || from === 'stuck')) watch.soon(true);
    },
  });
  return { again: () => watch.soon(true), close: () => watch.close() };
}
