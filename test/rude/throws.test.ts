import { describe, expect, test } from 'vitest';
import type { PluginHost } from '../../src/index.js';
import { visit } from './exhibit.js';

const open = (where?: string) =>
  visit('throws.cc', {
    ...(where === undefined ? {} : { config: { in: where } }),
    requests: { anything: () => 'an answer' },
  });

/** Waits for a word that the plugin publishes. */
function hear(host: PluginHost) {
  const heard = new Set<unknown>();
  let wake = () => {};
  host.events.on('event', ({ data }) => {
    heard.add(data);
    wake();
  });
  return {
    async until(word: string): Promise<void> {
      while (!heard.has(word)) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}

/** After the host has closed: all its log is there. */
async function expectNotices(
  host: PluginHost,
  lines: readonly { readonly level: string; readonly text: string }[],
  words: readonly string[],
): Promise<void> {
  await host.close();
  const notices = lines.filter(({ level, text }) => level === 'warn' && text.includes('threw'));
  expect(notices.map(({ text }) => text.replace(/^.*thrown in /, ''))).toEqual(
    expect.arrayContaining([...words]),
  );
}

describe('an exception of C++', () => {
  test.each([
    ['create', 'failed_register', 'CREATE_FAILED'],
    ['on_register', 'failed_register', 'REGISTER_FAILED'],
    ['on_init', 'failed_init', 'INIT_FAILED'],
  ])('in %s() fails the plugin', async (where, state, code) => {
    const { info } = await open(where);
    expect(info()).toMatchObject({
      state,
      error: { code, details: { status: 'FAIL' } },
      reason: `plugin rude: ${where}() threw a C++ exception: thrown in ${where}`,
    });
  });

  test.each(['handler', 'handler-inline', 'handler-parallel'])(
    'in a handler is the answer of that call alone: %s',
    async (tool) => {
      const { call, info } = await open();
      expect(await call(tool)).toMatchObject({
        success: false,
        error: { code: 'FAIL', message: expect.stringContaining('thrown in handler') },
      });
      expect(await call('here')).toMatchObject({ success: true });
      expect(info()?.state).toBe('active');
    },
  );

  test('may be anything', async () => {
    const { call } = await open();
    expect(await call('no-exception')).toMatchObject({
      success: false,
      error: { code: 'FAIL', message: 'the handler of "no-exception" threw a C++ exception' },
    });
  });

  test('after the answer changes nothing', async () => {
    const { call } = await open();
    expect(await call('after-answer')).toMatchObject({ success: true, data: null });
  });

  test('in an observer of a cancellation, and in its release, is a line in the log', async () => {
    const { call, host, lines } = await open();
    const heard = hear(host);
    const controller = new AbortController();
    const running = call('cancelled', {}, { signal: controller.signal });
    await heard.until('waiting');
    controller.abort();
    await expect(running).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
    await heard.until('release');
    await expectNotices(host, lines, ['cancel', 'release']);
  });

  test('in a response function, and in its release, is a line in the log', async () => {
    const { call, host, lines } = await open();
    const heard = hear(host);
    expect(await call('request')).toMatchObject({ success: true });
    await heard.until('release');
    await expectNotices(host, lines, ['response', 'release']);
  });

  test('in a posted function, and in its release, is a line in the log', async () => {
    const { call, host, lines } = await open();
    const heard = hear(host);
    expect(await call('post')).toMatchObject({ success: true });
    await heard.until('release');
    await expectNotices(host, lines, ['post', 'release']);
  });

  test.each(['on_shutdown', 'release', 'destroy'])(
    'in %s() is a line in the log, and the plugin is unloaded all the same',
    async (where) => {
      const { host, info, lines } = await open(where);
      await expectNotices(host, lines, [where]);
      expect(info()?.state).toBe('unloaded');
    },
  );
});
