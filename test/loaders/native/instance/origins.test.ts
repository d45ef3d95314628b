import { describe, expect, test } from 'vitest';
import { type RequestHandlers, withinCall } from '../../../../src/instance/index.js';
import { serve } from '../load-native.js';

const traceId = 'a'.repeat(32);
const identity = { user: 'ada', session: 's', tenant: 'acme', traceId };
const caller = { ...identity, role: 'owner', permissions: ['storage'] };

/** A plugin whose calls, events and tasks log, publish and send a request. */
async function serveOrigins() {
  const contexts = new Map<unknown, unknown>();
  let wake = () => {};
  const requests: RequestHandlers = new Map([
    [
      'requested',
      (from: unknown, { context }) => {
        contexts.set(from, context);
        wake();
      },
    ],
  ]);
  const served = await serve('origins.c', { requests });
  return {
    ...served,
    /** The context of the request that was sent from there, and of the publication and the line. */
    async contextsFrom(from: string) {
      const text = JSON.stringify(from);
      const published = await served.next((each) => each[0] === 'publication' && each[2] === text);
      const logged = await served.next((each) => each[0] === 'log' && each[2] === text);
      while (!contexts.has(from)) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return { requested: contexts.get(from), published: published[3], logged: logged[4] };
    },
  };
}

describe('what a plugin does on behalf of a call', () => {
  test('has the context of its caller, where requests alone have its rights', async () => {
    const { call, contextsFrom } = await serveOrigins();
    await call('call', {}, { context: caller });
    expect(await contextsFrom('call')).toEqual({
      requested: caller,
      published: identity,
      logged: expect.objectContaining(identity),
    });
  });

  test('counts as deep as the call, which its JSON does not say', async () => {
    const { call, contextsFrom } = await serveOrigins();
    let context = withinCall(caller, 'the first');
    for (let depth = 2; depth <= 16; depth++) context = withinCall(context, 'another');
    await call('call', {}, { context });
    const { requested } = await contextsFrom('call');
    expect(() => withinCall(requested as object, 'one more')).toThrowError(
      expect.objectContaining({ code: 'CALL_TOO_DEEP' }),
    );
  });
});

test('what a plugin does on behalf of nothing has no context', async () => {
  const { call, contextsFrom } = await serveOrigins();
  await call('thread', {}, { context: caller });
  const nothing = { requested: undefined, published: undefined, logged: undefined };
  expect(await contextsFrom('thread')).toEqual(nothing);
});

test('what a plugin does in a task has the identity of the call that posted it', async () => {
  const { call, contextsFrom } = await serveOrigins();
  await call('post', {}, { context: caller });
  const all = { requested: identity, published: identity, logged: identity };
  expect(await contextsFrom('task')).toEqual(all);
});

describe('what a plugin does on behalf of an event', () => {
  test('has the identity that the event was delivered with', async () => {
    const { instance, contextsFrom } = await serveOrigins();
    const [subscription] = instance.subscriptions ?? [];
    expect(subscription).toMatchObject({ pattern: 'given.**' });
    const tokens = [subscription?.token ?? 0];
    instance.deliver?.(tokens, 'given.one', 'other', 'null', JSON.stringify(identity));
    const all = { requested: identity, published: identity, logged: identity };
    expect(await contextsFrom('event')).toEqual(all);
  });

  test('has none when the event has none', async () => {
    const { instance, contextsFrom } = await serveOrigins();
    const tokens = (instance.subscriptions ?? []).map(({ token }) => token);
    instance.deliver?.(tokens, 'given.one', 'other', 'null', '');
    const { requested, published } = await contextsFrom('event');
    for (const context of [requested, published]) expect(context ?? {}).toEqual({});
  });
});
