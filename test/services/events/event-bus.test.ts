import { describe, expect, test } from 'vitest';
import type { BusEvent } from '../../../src/services/events/index.js';
import { notActive } from '../../support/generations.js';
import { collector, makeBus } from './make-bus.js';

const numbers = (count: number) => Array.from({ length: count }, (_, i) => i);

describe('publish()', () => {
  test('returns before any subscriber runs', async () => {
    const { bus } = makeBus();
    const { got, take, until } = collector<BusEvent>();
    bus.subscribe('a', take);
    bus.publish('a', 1);
    expect(got).toEqual([]);
    const rest = { dropped: 0, context: {}, pattern: 'a' };
    expect(await until(1)).toEqual([{ topic: 'a', source: 'host', data: 1, ...rest }]);
  });

  test('reaches all who asked for the topic, and nobody else', async () => {
    const { bus } = makeBus();
    const { got, take, until } = collector<string>();
    for (const pattern of ['a.b', 'a.*', '**', 'a.c', 'b.**']) {
      bus.subscribe(pattern, () => take(pattern));
    }
    bus.publish('a.b');
    await until(3);
    await bus.close();
    expect(got.sort()).toEqual(['**', 'a.*', 'a.b']);
  });

  test('keeps the order of each publisher, for every subscriber', async () => {
    const { bus, plugin } = makeBus();
    const one = collector<string>();
    const two = collector<string>();
    const text = ({ source, data }: BusEvent) => `${source}${data}`;
    bus.subscribe('n', (event) => one.take(text(event)));
    bus.subscribe('**', async (event) => two.take(text(event)));
    const [a, b] = [bus.of(plugin('a')), bus.of(plugin('b'))];
    for (const n of numbers(300)) {
      a.publish('n', n);
      b.publish('n', n);
    }
    const expected = numbers(300).flatMap((n) => [`a${n}`, `b${n}`]);
    expect(await one.until(600)).toEqual(expected);
    expect(await two.until(600)).toEqual(expected);
  });

  test('sends what the data was, whatever becomes of it afterwards', async () => {
    const { bus } = makeBus();
    const { take, until } = collector<BusEvent>();
    bus.subscribe('a', take);
    const data = { list: [1], when: new Date(0), nothing: undefined };
    bus.publish('a', data);
    data.list.push(2);
    expect((await until(1))[0]?.data).toEqual({ list: [1], when: '1970-01-01T00:00:00.000Z' });
  });

  test('gives subscribers data that none can change for the others', async () => {
    const { bus, warnings } = makeBus();
    const { take, until } = collector<BusEvent>();
    bus.subscribe('a', ({ data }) => (data as { list: number[] }).list.push(2));
    bus.subscribe('a', take);
    bus.publish('a', { list: [1] });
    expect((await until(1))[0]?.data).toEqual({ list: [1] });
    expect(warnings.map(([, { code }]) => code)).toEqual(['SUBSCRIBER_FAILED']);
  });

  const circle: { self?: unknown } = {};
  circle.self = circle;
  const deep = numbers(600).reduce<unknown>((inner) => [inner], 0);
  test.each([
    ['a function', () => {}],
    ['a bigint', { n: 1n }],
    ['a circle', circle],
    ['NaN', { n: [Number.NaN] }],
    ['half of a surrogate pair', { text: '\ud83d' }],
    ['too many levels', deep],
  ])('refuses %s, also when nobody hears it', (_, data) => {
    const { bus } = makeBus();
    expect(() => bus.publish('a', data)).toThrow(
      expect.objectContaining({ code: 'EVENT_INVALID', details: { topic: 'a' } }),
    );
  });

  test('measures the size in bytes', () => {
    const { bus } = makeBus();
    expect(() => bus.publish('a', 'x'.repeat(998))).not.toThrow();
    for (const text of ['x'.repeat(999), 'é'.repeat(500)]) {
      expect(() => bus.publish('a', text)).toThrow(
        expect.objectContaining({ code: 'PAYLOAD_TOO_LARGE' }),
      );
    }
  });

  test.each(['', 'a..b', 'a.*', 'a b', 'x'.repeat(257), 7 as never])(
    'refuses the topic %j',
    (topic) => {
      const { bus, plugin } = makeBus();
      const refusal = expect.objectContaining({ code: 'TOPIC_INVALID' });
      expect(() => bus.publish(topic)).toThrow(refusal);
      expect(() => bus.of(plugin('p')).publish(topic)).toThrow(refusal);
    },
  );

  test.each(['host', 'host.plugin.active'])('leaves the topic %s to the host itself', (topic) => {
    const { bus, plugin } = makeBus();
    bus.subscribe('**', () => {}); // a topic that somebody hears is known, and still refused
    bus.announce(topic, () => ({}));
    const refusal = expect.objectContaining({ code: 'TOPIC_RESERVED' });
    expect(() => bus.publish(topic)).toThrow(refusal);
    expect(() => bus.of(plugin('p')).publish(topic)).toThrow(refusal);
    expect(() => bus.publish(`${topic}s.x`.replace('host', 'hosts'))).not.toThrow();
  });

  test('forgets topics, so that who makes them up fills no memory', async () => {
    const { bus } = makeBus({ eventQueue: 10_000 });
    const { take, until } = collector<string>();
    bus.subscribe('n.*', ({ topic }) => take(topic));
    for (const n of numbers(2_500)) bus.publish(`n.${n}`);
    expect(await until(2_500)).toEqual(numbers(2_500).map((n) => `n.${n}`));
  });
});

describe('a subscriber', () => {
  test('gets one event at a time, the next when its promise has settled', async () => {
    const { bus } = makeBus();
    const { take, until } = collector<string>();
    bus.subscribe('n', async ({ data }) => {
      take(`begin ${data}`);
      await new Promise(setImmediate);
      take(`end ${data}`);
    });
    bus.publish('n', 1);
    bus.publish('n', 2);
    expect(await until(4)).toEqual(['begin 1', 'end 1', 'begin 2', 'end 2']);
  });

  test('that throws, or rejects, harms nobody and is named in a warning', async () => {
    const { bus, plugin, warnings } = makeBus();
    const { take, until } = collector<unknown>();
    bus.subscribe('n', function broken() {
      throw new Error('no idea');
    });
    bus.of(plugin('plug')).subscribe('n', async () => Promise.reject('no'), { name: 'late' });
    bus.subscribe('n', ({ data }) => take(data));
    for (const n of [1, 2, 3]) bus.publish('n', n);
    expect(await until(3)).toEqual([1, 2, 3]);
    await bus.close();
    expect(warnings.map(([owner, { code, message }]) => [owner, code, message]).sort()).toEqual([
      [
        'host',
        'SUBSCRIBER_FAILED',
        expect.stringContaining('(broken) failed at the event "n": no'),
      ],
      ['plug', 'SUBSCRIBER_FAILED', expect.stringContaining('plugin plug to "n" (late) failed')],
    ]);
  });

  test('that is too slow keeps the newest events, is told how many it lost, and is named', async () => {
    const { bus, plugin, warnings } = makeBus({ eventQueue: 3 });
    let goOn = () => {};
    const { take, until } = collector<[unknown, number]>();
    bus.of(plugin('slow')).subscribe('n', ({ data, dropped }) => {
      take([data, dropped]);
      if (data === 0) {
        return new Promise<void>((resolve) => {
          goOn = resolve;
        });
      }
      return undefined;
    });
    const others = collector<unknown>();
    bus.subscribe('n', ({ data }) => others.take(data), { queue: 100 });
    bus.publish('n', 0);
    await until(1);
    for (const n of numbers(10)) bus.publish('n', n + 1);
    expect(await others.until(11)).toHaveLength(11);
    goOn();
    expect(await until(4)).toEqual([
      [0, 0],
      [8, 7],
      [9, 0],
      [10, 0],
    ]);
    expect(warnings.map(([owner, { code }]) => [owner, code])).toEqual([
      ['slow', 'EVENTS_DROPPED'],
    ]);
  });

  test('that never comes to an end is named', async () => {
    const { bus, warnings, warning } = makeBus({ eventMs: 1 });
    const named = warning();
    bus.subscribe('n', () => new Promise(() => {}), { name: 'forever' });
    bus.publish('n');
    const alive = setInterval(() => {}, 1000);
    await named;
    clearInterval(alive);
    expect(warnings.map(([, { code, message }]) => [code, message])).toEqual([
      [
        'SUBSCRIBER_SLOW',
        expect.stringContaining('(forever) has worked on one event for over 1 ms'),
      ],
    ]);
    await bus.close();
  });

  test('may publish, and a circle of that leaves the event loop free', async () => {
    const { bus } = makeBus();
    let rounds = 0;
    const stop = bus.subscribe('ping', () => bus.publish('pong'));
    bus.subscribe('pong', async () => {
      rounds += 1;
      bus.publish('ping');
    });
    bus.publish('ping');
    await new Promise((resolve) => setTimeout(resolve, 1));
    expect(rounds).toBeGreaterThan(0);
    stop();
    await bus.close();
  });

  test('gets no event that was published before it subscribed, and none after it left', async () => {
    const { bus } = makeBus();
    const { got, take } = collector<unknown>();
    const before = collector<unknown>();
    bus.subscribe('n', ({ data }) => before.take(data));
    bus.publish('n', 1);
    const leave = bus.subscribe('n', ({ data }) => {
      take(data);
      leave();
    });
    bus.publish('n', 2);
    bus.publish('n', 3);
    await before.until(3);
    bus.publish('n', 4);
    await before.until(4);
    expect(got).toEqual([2]);
    leave();
  });

  test('may have a queue of its own length', async () => {
    const { bus } = makeBus();
    const { take, until } = collector<[unknown, number]>();
    bus.subscribe('n', ({ data, dropped }) => take([data, dropped]), { queue: 1 });
    for (const n of numbers(5)) bus.publish('n', n);
    expect(await until(1)).toEqual([[4, 4]]);
  });

  test.each([
    ['queue', { queue: 0 }],
    ['queue', { queue: 1.5 }],
    ['queue', { queue: Number.POSITIVE_INFINITY }],
  ])('is refused with a wrong %s: %j', (option, options) => {
    const { bus } = makeBus();
    expect(() => bus.subscribe('n', () => {}, options)).toThrow(
      expect.objectContaining({ code: 'USAGE', details: { option } }),
    );
  });

  test('is a function', () => {
    const { bus } = makeBus();
    expect(() => bus.subscribe('n', null as never)).toThrow(
      expect.objectContaining({ code: 'USAGE', details: { option: 'fn' } }),
    );
  });
});

describe('the bus of a plugin', () => {
  test('names the plugin as the source, and cannot be made to say anything else', async () => {
    const { bus, plugin, published } = makeBus();
    const { take, until } = collector<string>();
    bus.subscribe('**', ({ source }) => take(source));
    const own = bus.of(plugin('plug'));
    expect(() => Object.assign(own, { source: 'other' })).toThrow(TypeError);
    own.publish('n', { source: 'other' });
    bus.publishChecked(plugin('native'), 'n', '1', undefined);
    expect(await until(2)).toEqual(['plug', 'native']);
    expect(published).toEqual([
      ['plug', 'n', '{"source":"other"}', {}],
      ['native', 'n', '1', {}],
    ]);
  });

  test('does not hear what the plugin itself publishes', async () => {
    const { bus, plugin } = makeBus();
    const { got, take, until } = collector<string>();
    bus.of(plugin('a')).subscribe('**', ({ source }) => take(`a hears ${source}`));
    bus.of(plugin('b')).subscribe('**', ({ source }) => take(`b hears ${source}`));
    bus.of(plugin('a')).publish('n');
    bus.publish('n');
    await until(3);
    await bus.close();
    expect(got.sort()).toEqual(['a hears host', 'b hears a', 'b hears host']);
  });

  test('goes silent while the plugin is switched off, and ends with it', async () => {
    const { bus, epoch, plugin } = makeBus();
    const { take, until } = collector<unknown>();
    const all = collector<unknown>();
    bus.of(plugin('a')).subscribe('n', ({ data }) => take(data));
    bus.subscribe('n', ({ data }) => all.take(data));
    plugin('a').switchOff(() => notActive('a'));
    epoch.advance();
    bus.publish('n', 1);
    plugin('a').open();
    epoch.advance();
    bus.publish('n', 2);
    expect(await until(1)).toEqual([2]);
    bus.leave(plugin('a'));
    bus.publish('n', 3);
    await all.until(3);
    expect(await until(1)).toEqual([2]);
  });
});

describe('subscriptions that a loader keeps', () => {
  test('get each event once, with those that hear it', () => {
    const { bus, plugin } = makeBus();
    const handed: unknown[][] = [];
    const subscriptions = [
      { token: 1, pattern: 'a.*' },
      { token: 2, pattern: '**' },
      { token: 3, pattern: 'b' },
    ];
    bus.attach(plugin('native'), subscriptions, (...event) => handed.push(event));
    bus.publish('a.b', { x: 1 });
    bus.publish('b');
    bus.publishChecked(plugin('native'), 'b', '1', undefined);
    bus.publishChecked(plugin('other'), 'c', '2', undefined);
    expect(handed).toEqual([
      [[1, 2], 'a.b', 'host', '{"x":1}', ''],
      [[2, 3], 'b', 'host', 'null', ''],
      [[2], 'c', 'other', '2', ''],
    ]);
    bus.leave(plugin('native'));
    bus.publish('b');
    expect(handed).toHaveLength(3);
  });
});

describe('close()', () => {
  test('delivers what waits, and then takes nothing any more', async () => {
    const { bus, plugin } = makeBus();
    const { got, take } = collector<unknown>();
    bus.subscribe('n', ({ data }) => take(data), { queue: 5_000 });
    for (const n of numbers(5_000)) bus.publish('n', n);
    await bus.close();
    expect(got).toHaveLength(5_000);
    const refusal = expect.objectContaining({ code: 'HOST_CLOSED' });
    expect(() => bus.publish('n')).toThrow(refusal);
    expect(() => bus.of(plugin('a')).publish('n')).toThrow(refusal);
    expect(() => bus.subscribe('n', () => {})).toThrow(refusal);
    bus.publishChecked(plugin('a'), 'n', '1', undefined);
    bus.announce('host.x', () => ({}));
  });

  test('does not wait for a subscriber that never comes to an end', async () => {
    const { bus } = makeBus();
    const { take, until } = collector<unknown>();
    bus.subscribe('n', ({ data }) => {
      take(data);
      return new Promise(() => {});
    });
    bus.publish('n', 1);
    bus.publish('n', 2);
    await until(1);
    await bus.close();
    expect(await until(1)).toEqual([1]);
  });
});
