import { describe, expect, test } from 'vitest';
import { servicesOf } from '../../../src/host/index.js';
import type { MiddlewareFn } from '../../../src/index.js';
import { listen, openHost } from '../../host/open-host.js';
import { generationOf, makeGeneration } from '../../support/generations.js';

/** A host with middleware for messages, and a plugin that answers what it gets. */
async function openWith(...middleware: MiddlewareFn[]) {
  const host = await openHost({ plugins: [{ id: 'box', source: 'mails.c' }] });
  for (const each of middleware) host.middleware.use('message', each);
  return host;
}

describe('middleware around messages', () => {
  test('sees who says what to whom, and the answer', async () => {
    const seen: unknown[] = [];
    const host = await openWith(async (value, next) => {
      seen.push(value);
      seen.push(await next());
    });
    const answer = { from: 'a', message: { n: 1 } };
    expect(
      await servicesOf(host).kinds.messaging.service.of(makeGeneration('a')).send('box', { n: 1 }),
    ).toEqual(answer);
    expect(seen).toEqual([{ from: 'a', to: 'box', message: { n: 1 } }, answer]);
  });

  test('may change what is said, and the answer', async () => {
    const { messaging } = await openWith(async (value, next) => {
      const answer = await next({ ...(value as object), message: 'other' });
      return { answer };
    });
    expect(await messaging.send('box', 1)).toEqual({ answer: { from: 'host', message: 'other' } });
  });

  test('may answer itself, or refuse', async () => {
    const answering = await openWith(() => 'no need');
    expect(await answering.messaging.send('box', 1)).toBe('no need');
    const refusing = await openWith(() => {
      throw new Error('not that');
    });
    await expect(refusing.messaging.send('box', 1)).rejects.toMatchObject({
      code: 'MIDDLEWARE_FAILED',
      message: expect.stringContaining('not that'),
    });
  });

  test.each([
    ['another sender', { from: 'host', to: 'box', message: 1 }],
    ['another receiver', { from: 'a', to: 'other', message: 1 }],
    ['no message', { from: 'a', to: 'box' }],
    ['no object', 'hello'],
  ])('cannot give it %s', async (_, changed) => {
    const host = await openWith((_value, next) => next(changed));
    await expect(
      servicesOf(host).kinds.messaging.service.of(makeGeneration('a')).send('box', 1),
    ).rejects.toMatchObject({
      code: 'NEXT_MISUSED',
    });
  });

  test('must say what is JSON', async () => {
    const { messaging } = await openWith((value, next) =>
      next({ ...(value as object), message: 1n }),
    );
    await expect(messaging.send('box', 1)).rejects.toMatchObject({ code: 'MESSAGE_INVALID' });
  });

  test('learns of it, as the receiver does, when the sender waits no more', async () => {
    const host = await openWith((_, next) => next());
    const { next } = listen(host);
    const controller = new AbortController();
    const sent = host.messaging.send('box', { do: 'stay' }, { signal: controller.signal });
    await next('staying');
    controller.abort();
    await expect(sent).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
    expect(await next('stopped')).toMatchObject({ status: -8 });
  });

  test('stands around messages to handlers in JavaScript as well', async () => {
    const host = await openWith((_, next) => next());
    const { messaging } = host;
    servicesOf(host)
      .kinds.messaging.service.of(generationOf(host, 'box'))
      .onMessage((message) => [message]);
    expect(await messaging.send('box', 1)).toEqual([1]);
  });
});
