import { describe, expect, test } from 'vitest';
import { INVALID, UNSUPPORTED, visit } from './exhibit.js';

const logged = ({ lines }: Awaited<ReturnType<typeof visit>>, what: string) =>
  lines.filter(({ plugin, text }) => plugin === 'rude' && text.startsWith(what));

describe.each([0, 3, 0xffffffff])('struct_size %d', (size) => {
  const open = (where: string) => visit('sizes.c', { config: { in: where, size } });

  test('of a registration fails the plugin, and nothing of it is taken', async () => {
    const museum = await open('registration');
    expect(logged(museum, 'add')).toMatchObject([{ text: `add ${INVALID} 42` }]);
    expect(museum.info()).toMatchObject({
      state: 'failed_register',
      error: { code: 'REGISTER_FAILED' },
      reason: expect.stringContaining('aisopod_registration has no legal struct_size'),
    });
  });

  test('of a subscription fails the plugin, and nothing of it is taken', async () => {
    const museum = await open('subscription');
    expect(logged(museum, 'subscribe')).toMatchObject([{ text: `subscribe ${INVALID} 42` }]);
    expect(museum.info()).toMatchObject({
      state: 'failed_register',
      reason: expect.stringContaining('aisopod_subscription has no legal struct_size'),
    });
  });

  test('of the error record given to add() leaves that and its neighbourhood alone', async () => {
    const museum = await open('error of add');
    expect(logged(museum, 'add')).toMatchObject([{ text: `add ${UNSUPPORTED} untouched` }]);
    expect(museum.info()).toMatchObject({ state: 'active' });
  });

  test('of the error record given to request_wait() does the same', async () => {
    const { call } = await open('error of request_wait');
    expect(await call('wait')).toMatchObject({ data: { status: UNSUPPORTED, untouched: true } });
  });

  test('of an ask is INVALID in both functions, and nothing of it is taken', async () => {
    const { call } = await open('ask');
    const refused = { status: INVALID, untouched: true };
    expect(await call('request')).toMatchObject({ data: refused });
    expect(await call('wait')).toMatchObject({ data: refused });
  });

  test('written into the error record of the host is not believed', async () => {
    const { info } = await open('error of on_init');
    expect(info()).toMatchObject({
      state: 'failed_init',
      error: { code: 'INIT_FAILED', details: { status: 'DENIED' } },
      reason: `plugin rude: ${'x'.repeat(504)}`,
    });
  });
});
