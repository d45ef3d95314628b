import { describe, expect, test } from 'vitest';
import type { Plugin, PluginHost } from '../../src/index.js';
import { openHost } from './open-host.js';

/** A promise, and what resolves it. */
function makeLatch() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/** A plugin whose hook, tool, middleware and inbox say which version of it answers. */
function speaker(version: string, seen: string[]): Plugin {
  return {
    id: 'speaker',
    version,
    register(api) {
      api.registerTool('version', { description: 'Says its version.' }, () => version);
      api.registerHook('BeforeToolExecute', { priority: 200 }, () => {
        seen.push(`hook ${version}`);
        return null;
      });
      api.registerMiddleware('around', { chain: 'tool', order: 200 }, (_, next) => {
        seen.push(`middleware ${version}`);
        return next();
      });
    },
    init: ({ messaging, hooks, middleware }) => {
      messaging.onMessage(() => version);
      hooks.register('AfterToolExecute', () => void seen.push(`late hook ${version}`));
      middleware.use('message', (_, next) => {
        seen.push(`message ${version}`);
        return next();
      });
    },
  };
}

/** Holds each tool call in a hook that runs first: `begun` opens there, and `gate` lets it go on. */
function holdToolCalls(host: PluginHost) {
  const [begun, gate] = [makeLatch(), makeLatch()];
  host.hooks.register(
    'BeforeToolExecute',
    async () => {
      begun.open();
      await gate.opened;
      return null;
    },
    { priority: 1 },
  );
  return { begun, gate };
}

/** Takes a plugin out; resolves when that has begun. */
async function beginUnload(host: PluginHost, id: string) {
  const draining = new Promise<void>((resolve) => {
    host.events.on('phase', (change) => {
      if (change.id === id && change.to === 'draining') resolve();
    });
  });
  const done = host.plugins.unloadPlugin(id);
  await draining;
  return { done };
}

describe('what began on one generation of a plugin', () => {
  test('ends there: its tool, middleware and hooks, while the plugin is unloaded', async () => {
    const host = await openHost();
    const seen: string[] = [];
    const [begun, gate] = [makeLatch(), makeLatch()];
    await host.register(speaker('1.0.0', seen));
    host.middleware.use('tool', async (_, next) => {
      begun.open();
      await gate.opened;
      return next();
    });
    const call = host.tools.call('version');
    await begun.opened;
    const { done } = await beginUnload(host, 'speaker');
    gate.open();
    expect(await call).toMatchObject({ success: true, data: '1.0.0' });
    expect(seen.slice(0, 1)).toEqual(['middleware 1.0.0']);
    await done;
    expect(host.plugins.get('speaker')?.state).toBe('unloaded');
  });

  test('is asked in a firing that waits, and the one that comes after it is not', async () => {
    const host = await openHost();
    const seen: string[] = [];
    await host.register({
      id: 'tool',
      version: '1.0.0',
      register: (api) => api.registerTool('free', { description: 'Is free.' }, () => 'done'),
    });
    await host.register(speaker('1.0.0', seen));
    const { begun, gate } = holdToolCalls(host);
    const call = host.tools.call('free');
    await begun.opened;
    const { done } = await beginUnload(host, 'speaker');
    gate.open();
    await done;
    await host.register(speaker('2.0.0', seen));
    expect(await call).toMatchObject({ success: true });
    expect(seen.filter((each) => each.startsWith('hook'))).toEqual(['hook 1.0.0']);
  });

  test('is a guard that is asked although it is unloaded meanwhile', async () => {
    const host = await openHost();
    await host.register({
      id: 'tool',
      version: '1.0.0',
      register: (api) => api.registerTool('free', { description: 'Is free.' }, () => 'done'),
    });
    await host.register({
      id: 'guard',
      version: '1.0.0',
      register: (api) =>
        api.registerHook('BeforeToolExecute', {}, () => ({ action: 'block', reason: 'no' })),
    });
    const { begun, gate } = holdToolCalls(host);
    const call = host.tools.call('free');
    await begun.opened;
    const { done } = await beginUnload(host, 'guard');
    gate.open();
    await expect(call).rejects.toMatchObject({ code: 'TOOL_BLOCKED' });
    await done;
  });

  test('answers a message that middleware holds up', async () => {
    const host = await openHost();
    const [begun, gate] = [makeLatch(), makeLatch()];
    await host.register(speaker('1.0.0', []));
    host.middleware.use('message', async (_, next) => {
      begun.open();
      await gate.opened;
      return next();
    });
    const answer = host.messaging.send('speaker', 'which?');
    await begun.opened;
    const { done } = await beginUnload(host, 'speaker');
    gate.open();
    expect(await answer).toBe('1.0.0');
    await done;
  });

  test('does not hold up the end beyond the limit drainMs', async () => {
    const host = await openHost({ limits: { drainMs: 1 } });
    const begun = makeLatch();
    await host.register(speaker('1.0.0', []));
    host.middleware.use('tool', () => {
      begun.open();
      return new Promise(() => {});
    });
    void host.tools.call('version').catch(() => {});
    await begun.opened;
    await host.plugins.unloadPlugin('speaker');
    expect(host.plugins.get('speaker')?.state).toBe('unloaded');
  });

  test('refuses what comes late with PLUGIN_NOT_ACTIVE', async () => {
    const host = await openHost({ limits: { drainMs: 1 } });
    const [begun, gate] = [makeLatch(), makeLatch()];
    await host.register(speaker('1.0.0', []));
    host.middleware.use('tool', async (_, next) => {
      begun.open();
      await gate.opened;
      return next();
    });
    const call = host.tools.call('version');
    await begun.opened;
    await host.plugins.unloadPlugin('speaker');
    gate.open();
    await expect(call).rejects.toMatchObject({ code: 'PLUGIN_NOT_ACTIVE' });
  });
});

describe('what a generation holds', () => {
  test('ends with it: subscriptions, inbox, hooks and middleware of the one before', async () => {
    const host = await openHost();
    const seen: string[] = [];
    await host.register(speaker('1.0.0', seen));
    await host.plugins.unloadPlugin('speaker');
    await host.register(speaker('2.0.0', seen));
    expect(await host.messaging.send('speaker', 'which?')).toBe('2.0.0');
    await host.tools.call('version');
    expect(seen.every((each) => each.endsWith('2.0.0'))).toBe(true);
    expect(seen).toContain('message 2.0.0');
  });
});
