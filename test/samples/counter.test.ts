import { describe, expect, test } from 'vitest';
import type { PluginInstance, SavedState } from '../../src/instance/index.js';
import { loadFolder, tokenOf } from '../loaders/native/load-native.js';
import { builtPlugin } from '../support/built.js';
import { openSample } from './open-sample.js';

const sample = openSample('counter');

describe('count', () => {
  test('adds one, or what it is given', async () => {
    const { tools } = sample.host;
    expect((await tools.call('count', {})).data).toEqual({ count: 1 });
    expect((await tools.call('count', { by: 5 })).data).toEqual({ count: 6 });
    expect((await tools.call('count', { by: -10 })).data).toEqual({ count: -4 });
  });

  test('refuses what is no whole number', async () => {
    const call = async () => sample.host.tools.call('count', { by: 1.5 });
    await expect(call()).rejects.toMatchObject({ code: 'ARGUMENTS_INVALID' });
  });
});

/** An instance that serves, and its tool. @param state which it restores before */
async function serve(instance: PluginInstance, state?: SavedState) {
  const token = tokenOf(await instance.register(), 'count');
  if (state !== undefined) await instance.restoreState?.(state);
  await instance.init();
  return async () => {
    const answer = await instance.invoke(token, 'invoke', '{}', { timeoutMs: 30_000 });
    return answer.ok ? JSON.parse(answer.json) : answer;
  };
}

describe('its state', () => {
  test('stays over a reload by the host', async () => {
    const { tools, plugins } = sample.host;
    const { count } = (await tools.call('count', {})).data as { count: number };
    await plugins.reload('counter');
    await plugins.reload('counter');
    expect((await tools.call('count', {})).data).toEqual({ count: count + 1 });
    expect(plugins.get('counter')?.library?.earlier).toMatchObject({ copies: 2 });
  });

  test('is its counter, with which a newer instance goes on', async () => {
    const { instance, reload } = await loadFolder(builtPlugin('counter'));
    const count = await serve(instance);
    await count();
    await count();
    const state = (await instance.saveState?.()) as SavedState;
    expect(Buffer.from(state.bytes).toString()).toBe('{"count":2}');
    expect(state).toMatchObject({ format: 1, version: '1.0.0' });
    const next = await reload();
    const countOn = await serve(next.instance, state);
    expect(await countOn()).toEqual({ count: 3 });
    expect(await count()).toEqual({ count: 3 }); // two instances, two counters
  });

  test.each([
    [{ format: 2 }, 'UNSUPPORTED', 'a state of format 2 cannot be read; it must be 1'],
    [{ bytes: Buffer.from('{}') }, 'INVALID', 'the state has no number "count"'],
  ])('is refused when it is not one that it can read: %j', async (change, status, text) => {
    const { instance } = await loadFolder(builtPlugin('counter'));
    const good = { bytes: Buffer.from('{"count":2}'), format: 1, version: '1.0.0', build: '' };
    await expect(serve(instance, { ...good, ...change })).rejects.toMatchObject({
      code: 'RESTORE_FAILED',
      message: expect.stringContaining(text),
      details: { status },
    });
  });
});
