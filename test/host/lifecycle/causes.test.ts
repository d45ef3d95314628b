import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { LifecycleChange, Plugin } from '../../../src/index.js';
import { PluginHost } from '../../../src/index.js';
import { nextEvent } from '../../support/next-event.js';
import { closeAfterTest, deferred, makeHome } from '../open-host.js';

const plain: Plugin = { id: 'plain', version: '1.0.0', register: () => {} };

/** A host that has not started, and the changes of its plugins. */
function hostWithChanges(options: Parameters<typeof makeHome>[0] = {}) {
  const made = makeHome(options);
  const host = PluginHost.create(made);
  closeAfterTest(host);
  const changes: LifecycleChange[] = [];
  host.events.on('phase', (change) => changes.push(change));
  return {
    host,
    home: made.home,
    /** The changes since this was asked last, as "phase (cause)". */
    changes: () => changes.splice(0).map(({ to, cause }) => `${to} (${cause})`),
  };
}

describe('a change of a plugin names what asked for it', () => {
  test('from its registration to the end of the host', async () => {
    const { host, changes } = hostWithChanges();
    await host.register(plain);
    expect(changes()).toEqual(['validated (load)']);
    await host.start();
    expect(changes()).toEqual(
      ['loaded', 'registered', 'initialised', 'active'].map((phase) => `${phase} (start)`),
    );
    await host.plugins.disable('plain');
    await host.plugins.enable('plain');
    await host.plugins.reload('plain');
    expect(changes()).toEqual([
      'disabled (disable)',
      'active (enable)',
      'draining (reload)',
      'active (reload)',
    ]);
    await host.plugins.unloadPlugin('plain');
    expect(changes()).toEqual(['draining (unload)', 'unloaded (unload)']);
    await host.register(plain);
    expect(new Set(changes())).toEqual(
      new Set(
        ['discovered', 'validated', 'loaded', 'registered', 'initialised', 'active'].map(
          (phase) => `${phase} (load)`,
        ),
      ),
    );
    await host.close();
    expect(changes()).toEqual(['draining (close)', 'unloaded (close)']);
  });

  test('when the files switch it off', async () => {
    const { host, home, changes } = hostWithChanges({ watchConfig: true });
    await host.register(plain);
    await host.start();
    changes();
    const changed = nextEvent(host, 'phase');
    writeFileSync(join(home, 'config.toml'), '[plugins.settings.plain]\nenabled = false\n');
    await changed;
    expect(changes()).toEqual(['disabled (config)']);
  });

  test('when setEnabled() switches it off and on', async () => {
    const { host, changes } = hostWithChanges();
    await host.register(plain);
    await host.start();
    changes();
    await host.plugins.setEnabled('plain', false);
    await host.plugins.setEnabled('plain', true);
    expect(changes()).toEqual(['disabled (disable)', 'active (enable)']);
  });

  test('when its start is aborted by what comes later', async () => {
    const { host, changes } = hostWithChanges();
    const begun = deferred();
    const end = deferred();
    await host.register({
      ...plain,
      async init() {
        begun.resolve();
        await end.promise;
      },
    });
    const started = host.start();
    await begun.promise;
    changes();
    const unloaded = host.plugins.unloadPlugin('plain');
    end.resolve();
    await Promise.all([started, unloaded]);
    expect(changes().at(-1)).toBe('unloaded (unload)');
  });
});
