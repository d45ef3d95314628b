import { describe, expect, test } from 'vitest';
import type { CallContext, Generation } from '../../../src/instance/index.js';
import type { BusEvent, EventBusService } from '../../../src/services/events/index.js';
import { collector, makeBus } from './make-bus.js';

const CALL: CallContext = {
  user: 'ada',
  session: 's1',
  tenant: 'acme',
  traceId: 'a'.repeat(32),
  role: 'owner',
  permissions: ['fs.write'],
};

const KNOWN = { user: 'ada', session: 's1', tenant: 'acme', traceId: 'a'.repeat(32) };

/** The one event that `publish` leads to. */
async function eventOf(
  publish: (bus: EventBusService, plugin: (id: string) => Generation) => void,
) {
  const { bus, plugin } = makeBus();
  const { take, until } = collector<BusEvent>();
  bus.subscribe('jobs.*', take);
  publish(bus, plugin);
  return (await until(1))[0] as BusEvent;
}

describe('the context of an event', () => {
  test('has user, session, tenant and trace id of the context it is published with', async () => {
    const { context } = await eventOf((bus) => bus.publish('jobs.done', 1, { context: CALL }));
    expect(context).toEqual(KNOWN);
  });

  test('has neither the role nor the permissions of that context', async () => {
    const { context } = await eventOf((bus, plugin) =>
      bus.of(plugin('plug')).publish('jobs.done', 1, { context: CALL }),
    );
    expect(context).not.toHaveProperty('role');
    expect(context).not.toHaveProperty('permissions');
  });

  test('carries nothing else that the context of a call carries with it', async () => {
    const secret = Symbol('depth of calls');
    const { context } = await eventOf((bus) =>
      bus.publish('jobs.done', 1, { context: { ...CALL, [secret]: 5 } as CallContext }),
    );
    expect(Reflect.ownKeys(context).sort()).toEqual(['session', 'tenant', 'traceId', 'user']);
  });

  test('is frozen', async () => {
    const { context } = await eventOf((bus) => bus.publish('jobs.done', 1, { context: CALL }));
    expect(Object.isFrozen(context)).toBe(true);
  });

  test('is an empty object when the event is published without one', async () => {
    const { context } = await eventOf((bus) => bus.publish('jobs.done'));
    expect(context).toEqual({});
    expect(Object.isFrozen(context)).toBe(true);
  });

  test('is the same for an event that a loader publishes for its plugin', async () => {
    const { context } = await eventOf((bus, plugin) =>
      bus.publishChecked(plugin('native'), 'jobs.done', '1', CALL),
    );
    expect(context).toEqual(KNOWN);
  });

  test('reaches the host as well when a plugin publishes', () => {
    const { bus, plugin, published } = makeBus();
    bus.of(plugin('plug')).publish('jobs.done', 1, { context: CALL });
    expect(published).toEqual([['plug', 'jobs.done', '1', KNOWN]]);
  });

  test.each<[string, unknown, string]>([
    ['a text', 'ada', 'context'],
    ['null', null, 'context'],
    ['a tenant that is a number', { tenant: 7 }, 'context.tenant'],
    ['a user with half a character', { user: '\ud83d' }, 'context.user'],
  ])('is refused when it is %s', (_, context, option) => {
    const { bus } = makeBus();
    expect(() => bus.publish('jobs.done', 1, { context: context as CallContext })).toThrow(
      expect.objectContaining({ code: 'USAGE', details: { option } }),
    );
  });
});

describe('the meta of an event that a loader gets', () => {
  /** What the loader of a plugin is handed. */
  function metaOf(context?: CallContext): string[] {
    const { bus, plugin } = makeBus();
    const metas: string[] = [];
    for (const id of ['one', 'two']) {
      const subscriptions = [{ token: 1, pattern: '**' }];
      bus.attach(plugin(id), subscriptions, (...[, , , , meta]) => metas.push(meta));
    }
    bus.publish('jobs.done', 1, context === undefined ? {} : { context });
    return metas;
  }

  test('is the context as JSON, the same for each plugin', () => {
    const metas = metaOf(CALL);
    expect(metas).toHaveLength(2);
    for (const meta of metas) expect(JSON.parse(meta)).toEqual(KNOWN);
  });

  test('is empty when nothing is known', () => {
    expect(metaOf()).toEqual(['', '']);
    expect(metaOf({ role: 'owner' })).toEqual(['', '']);
  });
});

test('the pattern of an event is that of the subscription that receives it', async () => {
  const { bus } = makeBus();
  const { take, until } = collector<string>();
  for (const pattern of ['jobs.*', 'jobs.done', '**']) {
    bus.subscribe(pattern, (event) => take(`${event.pattern} got ${event.topic}`));
  }
  bus.publish('jobs.done');
  expect([...(await until(3))].sort()).toEqual([
    '** got jobs.done',
    'jobs.* got jobs.done',
    'jobs.done got jobs.done',
  ]);
});
