import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Credentials, ROLES } from '../../../src/index.js';
import { TokenFile } from '../../../src/security/auth/index.js';
import { openHost } from '../../host/open-host.js';
import { cmds } from './cmds.js';

const open = () => openHost({ plugins: [cmds()] });
const asked = (role?: string) => ({
  exitCode: 0,
  data: { meta: role === undefined ? {} : { role } },
});

describe('a command that requires authentication', () => {
  test('is refused to who brings nothing, before its handler hears of it', async () => {
    const host = await open();
    await expect(host.commands.run('private')).rejects.toMatchObject({
      code: 'AUTH_REQUIRED',
      details: { roles: ROLES },
    });
  });

  test('runs with the token of the home, whose bearer is its owner', async () => {
    const host = await open();
    const { text: token } = new TokenFile(host.home.token).ensure();
    expect(await host.commands.run('private', { auth: { token } })).toMatchObject(asked('owner'));
  });

  test.each(['owner', 'admin'])('runs with the role %s', async (role) => {
    const host = await open();
    expect(await host.commands.run('private', { auth: { role } })).toMatchObject(asked(role));
    expect(await host.commands.run('private', { context: { role } })).toMatchObject(asked(role));
  });

  test.each<[string, unknown]>([
    ['another token', { token: 'x'.repeat(51) }],
    ['a beginning of the token', { token: 'aisopod_' }],
    ['an empty token', { token: '' }],
    ['a token that is no text', { token: 5 }],
    ['another role', { role: 'viewer' }],
    ['a role that only looks right', { role: 'Admin' }],
    ['the name of a property', { role: 'constructor' }],
    ['a list of roles', { role: ['admin'] }],
    ['nothing in it', {}],
    ['null', null],
    ['a text', 'admin'],
  ])('is refused with %s', async (_, auth) => {
    const host = await open();
    new TokenFile(host.home.token).ensure();
    const run = host.commands.run('private', { auth: auth as Credentials });
    await expect(run).rejects.toMatchObject({ code: 'AUTH_REFUSED' });
  });

  test('is refused with any token while the home has none', async () => {
    const host = await open();
    const run = host.commands.run('private', { auth: { token: '' } });
    await expect(run).rejects.toMatchObject({ code: 'AUTH_REFUSED' });
  });

  test('is not run by what is brought beside a role of the context', async () => {
    const host = await open();
    const options = { auth: { token: 'wrong' }, context: { role: 'owner' } };
    await expect(host.commands.run('private', options)).rejects.toMatchObject({
      code: 'AUTH_REFUSED',
    });
  });

  test('is refused with the old token as soon as it was rotated, by a host that runs', async () => {
    const host = await open();
    const file = new TokenFile(host.home.token);
    const { text: old } = file.ensure();
    await host.commands.run('private', { auth: { token: old } });
    const { text: token } = file.rotate();
    await expect(host.commands.run('private', { auth: { token: old } })).rejects.toMatchObject({
      code: 'AUTH_REFUSED',
    });
    expect(await host.commands.run('private', { auth: { token } })).toMatchObject(asked('owner'));
  });

  test.skipIf(process.platform === 'win32')('is refused by a token others can read', async () => {
    const host = await open();
    const { text: token } = new TokenFile(host.home.token).ensure();
    chmodSync(host.home.token, 0o640);
    await expect(host.commands.run('private', { auth: { token } })).rejects.toMatchObject({
      code: 'TOKEN_UNUSABLE',
    });
  });

  test('says nothing of the token when it refuses one', async () => {
    const host = await open();
    const { text } = new TokenFile(host.home.token).ensure();
    const error = await host.commands
      .run('private', { auth: { token: 'my-own-secret' } })
      .catch((reason) => reason);
    expect(JSON.stringify(error) + error.stack).not.toContain(text);
    expect(JSON.stringify(error) + error.stack).not.toContain('my-own-secret');
  });
});

describe('a command that requires none', () => {
  test('runs for anyone, with whatever they bring', async () => {
    const host = await open();
    writeFileSync(host.home.token, 'no token');
    expect(await host.commands.run('told')).toMatchObject(asked());
    for (const auth of [{ token: 'x' }, {}] as Credentials[]) {
      const { data } = await host.commands.run('told', { auth });
      expect(data).toEqual({ params: { args: [] }, meta: { traceId: expect.any(String) } });
    }
    expect(readFileSync(host.home.token, 'utf8')).toBe('no token');
  });

  test('is told a role that was shown', async () => {
    const host = await open();
    expect(await host.commands.run('told', { auth: { role: 'viewer' } })).toMatchObject(
      asked('viewer'),
    );
  });
});
