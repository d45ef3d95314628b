import { describe, expect, test } from 'vitest';
import { Status } from '../../../src/abi/index.js';
import { having, LOADERS } from './loaders.js';
import { serveSubject } from './subject-setup.js';

describe.each(LOADERS)('shutdown(): $name', (loader) => {
  test('lets calls in flight end within the drain time', async () => {
    const { call, instance, report, openGate, marks } = await serveSubject(loader);
    const answer = call('wait');
    await report('running');
    const ended = instance.shutdown(30_000, 'unload');
    expect(marks()).not.toContain('shutdown');
    openGate();
    expect(await answer).toEqual({ ok: true, json: '"through"' });
    expect(await ended).toBeNull();
    expect(marks()).toContain('shutdown');
  });

  test('cancels those that are left then, and the plugin is notified', async () => {
    const { call, instance, report, marked } = await serveSubject(loader);
    const answer = call('wait');
    await report('running');
    const rejected = expect(answer).rejects.toMatchObject({ code: 'CALL_GONE' });
    expect(await instance.shutdown(0, 'unload')).toBeNull();
    await rejected;
    // An event that it publishes now is dropped, so it leaves a mark.
    await marked(`wait stops: ${Status.STATE}`);
    expect(instance.inFlight).toBe(0);
  });

  test('takes no new call while calls in flight end', async () => {
    const { call, instance, report, openGate } = await serveSubject(loader);
    const answer = call('wait');
    await report('running');
    const ended = instance.shutdown(30_000, 'unload');
    await expect(call('echo')).rejects.toMatchObject({ code: 'PLUGIN_NOT_ACTIVE' });
    openGate();
    expect(await answer).toMatchObject({ ok: true });
    await ended;
  });

  test('refuses calls afterwards', async () => {
    const { call, instance } = await serveSubject(loader);
    await instance.shutdown(0, 'unload');
    for (const tool of ['echo', 'echo-inline']) {
      await expect(call(tool)).rejects.toMatchObject({ code: 'PLUGIN_NOT_ACTIVE' });
    }
  });

  test('called again returns the same promise, whatever the arguments', async () => {
    const { instance, marks } = await serveSubject(loader);
    const first = instance.shutdown(0, 'unload');
    expect(instance.shutdown(30_000, 'close')).toBe(first);
    expect(await first).toBeNull();
    expect(instance.shutdown(0, 'reload')).toBe(first);
    expect(marks().slice(2)).toEqual(['for unload', 'shutdown', 'destroy']);
  });

  test.each(['close', 'unload', 'reload', 'undo'] as const)(
    'gives the plugin the reason %s',
    async (reason) => {
      const { instance, marks } = await serveSubject(loader);
      await instance.shutdown(0, reason);
      expect(marks()).toContain(`for ${reason}`);
    },
  );
});

describe.each(having('limits of lifecycle functions'))(
  'shutdown() that is late: $name',
  (loader) => {
    test('resolves with LIFECYCLE_TIMEOUT', async () => {
      const { instance, openGate, marked } = await serveSubject(loader, {
        config: { hang: 'shutdown' },
        limits: { shutdownMs: 20 },
      });
      expect(await instance.shutdown(0, 'unload')).toMatchObject({ code: 'LIFECYCLE_TIMEOUT' });
      openGate();
      await marked('shutdown returns');
    });
  },
);
