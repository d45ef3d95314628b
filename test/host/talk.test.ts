import { describe, expect, test } from 'vitest';
import type { TestPlugin } from '../support/plugin-folder.js';
import { openHost, recordingLogger } from './open-host.js';

const talk: TestPlugin = { id: 'talk', source: 'talk.c' };
const INVALID = -2;

describe('what a plugin publishes with emit()', () => {
  test('reaches the listeners of the host, with who said it', async () => {
    const host = await openHost({ plugins: [talk] });
    const heard: unknown[] = [];
    host.events.on('event', (event) => heard.push(event));
    await host.tools.call('emit', { topic: 'tide/turned', data: { height: 3.5, wo: 'Büsum' } });
    await host.tools.call('emit', { topic: 'tide/none' });
    expect(heard).toEqual([
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
    expect((await host.tools.call('emit', { topic })).data).toBe(status);
  });
});

describe('what a plugin logs', () => {
  test('reaches the logger with its level and who said it', async () => {
    const { logger, lines } = recordingLogger();
    const host = await openHost({ plugins: [talk], logger });
    const levels = ['trace', 'debug', 'info', 'warn', 'error'];
    for (const level of levels.keys()) await host.tools.call('log', { level, text: `n${level}` });
    const about = { plugin: 'talk', logger: 'aisopod.plugins.talk' };
    expect(lines).toEqual(levels.map((level, i) => ({ ...about, level, text: `n${i}` })));
  });

  test('may say that the host misbehaves, which is an error', async () => {
    const { logger, lines } = recordingLogger();
    const host = await openHost({ plugins: [talk], logger });
    await host.tools.call('log', { level: 5, text: 'you did that' });
    expect(lines).toMatchObject([{ level: 'error', hostMisbehaving: true, text: 'you did that' }]);
  });

  test('is cut at the limit of a line', async () => {
    const { logger, lines } = recordingLogger();
    const host = await openHost({ plugins: [talk], logger, limits: { logLineBytes: 10 } });
    await host.tools.call('log', { text: '0123456789' });
    await host.tools.call('log', { text: '0123456789a' });
    expect(lines.map(({ text }) => text)).toEqual(['0123456789', '0123456789 [cut]']);
  });

  test('too fast to be read is bounded, and the number of lost lines is told', async () => {
    const { logger, lines } = recordingLogger();
    const host = await openHost({ plugins: [talk], logger, limits: { queue: 100 } });
    await host.tools.call('flood', { count: 5000 });
    // Its answer comes behind the lines of the flood, so there is room again.
    await host.tools.call('emit', { topic: 'drained', data: null });
    await host.tools.call('log', { text: 'after' });
    const told = lines.filter(({ text }) => text === 'flood').length;
    const lost = lines.reduce((sum, line) => sum + Number(line.lost ?? 0), 0);
    expect({ all: told + lost, bounded: lost > 0 }).toEqual({ all: 5000, bounded: true });
    expect(lines.at(-1)?.text).toBe('after');
  });
});
