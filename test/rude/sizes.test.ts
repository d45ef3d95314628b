import { describe, expect, test } from 'vitest';
import { INVALID, OK, UNSUPPORTED, visit } from './exhibit.js';

const UNKNOWN_FLAG = 2 ** 31;

/** What a struct says of itself, and what the host returns. */
const LIES = [
  ['of 0 bytes', { size: 0 }, INVALID],
  ['of 3 bytes', { size: 3 }, INVALID],
  ['shorter than in 1.0', { extra: -4 }, INVALID],
  ['of a size that is not a multiple of 4', { extra: 2 }, INVALID],
  ['of more than 65536 bytes', { size: 65_540 }, INVALID],
  ['of the largest size', { size: 0xffffffff }, INVALID],
  ['longer than the host knows, with zeros behind', { extra: 8 }, OK],
  ['of 65536 bytes, with zeros behind', { size: 65_536 }, OK],
  ['longer than the host knows, with a byte behind', { extra: 8, behind: 1 }, UNSUPPORTED],
  ['of 65536 bytes, with a byte behind', { size: 65_536, behind: 1 }, UNSUPPORTED],
] as const;

const FLAG = ['with an unknown flag', { flags: UNKNOWN_FLAG }, UNSUPPORTED] as const;
const RESERVED = ['with a reserved member', { reserved: true }, INVALID] as const;

describe.each([
  ['payload', [...LIES, FLAG]],
  ['publication', [...LIES, FLAG]],
  ['log_record', LIES],
  ['failure', LIES],
  ['progress', [...LIES, FLAG]],
  ['observer', [...LIES, FLAG, RESERVED]],
  ['request', [...LIES, FLAG, RESERVED]],
  ['post', [...LIES, FLAG]],
] as const)('an aisopod_%s', (of, lies) => {
  test.each(lies)('%s', async (_, lie, status) => {
    const { call, ears, info } = await visit('sizes.c', { requests: { anything: () => null } });
    await call('give', { of, ...lie });
    expect(await ears.next('given')).toMatchObject({ name: of, status });
    // request() and post() write a token with OK only; the others write none.
    const untouched = status === OK && (of === 'request' || of === 'post') ? 0 : 1;
    expect(await ears.next('given')).toMatchObject({ name: 'untouched', status: untouched });
    expect(await call('here')).toMatchObject({ success: true });
    expect(info()?.state).toBe('active');
  });
});

/** What the plugin logged of its registration. */
const logged = ({ lines }: Awaited<ReturnType<typeof visit>>) =>
  lines
    .filter(({ plugin, text }) => plugin === 'rude' && text.startsWith('given '))
    .map(({ text }) => text);

describe.each(['registration', 'subscription'])('an aisopod_%s', (of) => {
  test.each([...LIES.filter(([, , status]) => status !== OK), FLAG])(
    '%s fails the plugin, and the host takes nothing of it',
    async (_, lie, status) => {
      const museum = await visit('sizes.c', { config: { of, ...lie } });
      expect(logged(museum)).toEqual([`given ${status} untouched`]);
      expect(museum.info()).toMatchObject({
        state: 'failed_register',
        error: { code: 'REGISTER_FAILED' },
        reason: expect.stringContaining(`aisopod_${of}`),
      });
    },
  );

  test.each(LIES.filter(([, , status]) => status === OK))('%s is taken', async (_, lie) => {
    const museum = await visit('sizes.c', { config: { of, ...lie } });
    expect(logged(museum)).toEqual([`given ${OK} touched`]);
    expect(museum.info()).toMatchObject({ state: 'active' });
  });
});

describe.each([0, 3, 0xffffffff])('struct_size %d', (size) => {
  test('of the error record given to add() leaves it and the bytes around it alone', async () => {
    const museum = await visit('sizes.c', { config: { of: 'error of add', size } });
    expect(logged(museum)).toEqual([`given ${UNSUPPORTED} untouched`]);
    expect(museum.info()).toMatchObject({ state: 'active' });
  });

  test('written into the error record of the host is not believed', async () => {
    const { info } = await visit('sizes.c', { config: { of: 'error of on_init', size } });
    expect(info()).toMatchObject({
      state: 'failed_init',
      error: { code: 'INIT_FAILED', details: { status: 'DENIED' } },
      reason: `plugin rude: ${'x'.repeat(504)}`,
    });
  });
});
