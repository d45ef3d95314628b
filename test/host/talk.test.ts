import { describe, expect, test } from 'vitest';
import type { TestPlugin } from '../support/plugin-folder.js';
import { openHost, recordingLogger } from './open-host.js';

const talk: TestPlugin = { id: 'talk', source: 'talk.c' };
const INVALID = -2;

describe('what a plugin publishes', () => {
  test('reaches the listeners of the host, with the id of the plugin', async () => {
    const host = await openHost({ plugins: [talk] });
    const heard: unknown[] = [];
    host.events.on('event', (event) => heard.push(event));
    await host.tools.call('publish', { topic: 'tide/turned', data: { height: 3.5, wo: 'Büsum' } });
    await host.tools.call('publish', { topic: 'tide/none' });
    expect(heard).toMatchObject([
      { plugin: 'talk', topic: 'tide/turned', data: { height: 3.5, wo: 'Büsum' } },
      { plugin: 'talk', topic: 'tide/none', data: null },
    ]);
  });

  test.each([
    ['', INVALID],
    ['x'.repeat(256), 0],
    ['x'.repeat(257), INVALID],
  ])('needs a topic of 1 to 256 bytes: %#', async (topic, status) => {
    const host = await openHost({ plugins: [talk] });
    expect((await host.tools.call('publish', { topic })).data).toBe(status);
  });
});

describe('what a plugin logs', () => {
  test('reaches the logger with its level, the plugin and the call', async () => {
    const { logger, lines } = recordingLogger();
    const host = await openHost({ plugins: [talk], logger });
    const levels = ['trace', 'debug', 'info', 'warn', 'error'];
    for (const [i, name] of levels.entries()) {
      await host.tools.call('log', { level: (i + 1) * 10, text: name });
    }
    const about = { plugin: 'talk', logger: 'aisopod.plugins.talk' };
    expect(lines).toMatchObject(levels.map((level) => ({ ...about, level, text: level })));
    const calls = lines.map(({ call }) => call as number);
    expect(new Set(calls).size).toBe(5);
    for (const { traceId } of lines) expect(traceId).toMatch(/^[0-9a-f]{32}$/);
  });

  test('is of the level below when the host does not know its own, and INFO without one', async () => {
    const { logger, lines } = recordingLogger();
    const host = await openHost({ plugins: [talk], logger });
    for (const level of [0, 35, 1000]) await host.tools.call('log', { level, text: 'x' });
    expect(lines.map(({ level }) => level)).toEqual(['info', 'info', 'error']);
  });

  test('has its fields and the identity of the caller, which they cannot replace', async () => {
    const { logger, lines } = recordingLogger();
    const host = await openHost({ plugins: [talk], logger });
    const context = { user: 'ada', session: 's', tenant: 'acme', traceId: 'c'.repeat(32) };
    const fields = { depth: [1, { m: 2 }], plugin: 'other', user: 'eve', from: 'host', logger: '' };
    await host.tools.call('log', { text: 'deep', fields }, { context });
    expect(lines).toMatchObject([
      { text: 'deep', depth: [1, { m: 2 }], plugin: 'talk', ...context, call: expect.any(Number) },
    ]);
    expect(lines[0]).toMatchObject({ logger: 'aisopod.plugins.talk' });
    expect(lines[0]?.from).not.toBe('host');
    expect(lines[0]).not.toHaveProperty('role');
  });

  test('may say that the host misbehaves, which is an error', async () => {
    const { logger, lines } = recordingLogger();
    const host = await openHost({ plugins: [talk], logger });
    await host.tools.call('log', { level: 60, text: 'you did that' });
    expect(lines).toMatchObject([{ level: 'error', hostMisbehaving: true, text: 'you did that' }]);
  });

  test('is cut at the limit of a line', async () => {
    const { logger, lines } = recordingLogger();
    const host = await openHost({ plugins: [talk], logger, limits: { logLineBytes: 10 } });
    await host.tools.call('log', { text: '0123456789' });
    await host.tools.call('log', { text: '0123456789a' });
    expect(lines.map(({ text }) => text)).toEqual(['0123456789', '0123456789...']);
  });

  test('too fast to be read is bounded, and the number of lost lines is reported', async () => {
    const { logger, lines } = recordingLogger();
    const host = await openHost({ plugins: [talk], logger, limits: { queue: 100 } });
    await host.tools.call('flood', { count: 5000 });
    // Its answer comes behind the lines of the flood, so there is room again.
    await host.tools.call('publish', { topic: 'drained', data: null });
    await host.tools.call('log', { text: 'after' });
    const read = lines.filter(({ text }) => text === 'flood').length;
    const lost = lines.reduce((sum, line) => sum + Number(line.lost ?? 0), 0);
    expect({ all: read + lost, bounded: lost > 0 }).toEqual({ all: 5000, bounded: true });
    expect(lines.at(-1)?.text).toBe('after');
  });
});
