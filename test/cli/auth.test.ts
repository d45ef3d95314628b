import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cliInProcess as cli, homeWith } from './run-cli.js';

const tokenOf = (home: string) => join(home, '.aisopod', 'token');
const auth = (home: string, verb: string, env = {}) =>
  cli(['auth', verb, '--json'], { home, env }).then(({ code, stdout, stderr }) => ({
    code,
    stderr,
    text: stdout,
    auth: JSON.parse(stdout).auth,
  }));

describe('auth status', () => {
  test('of a new home is good, and makes nothing', async () => {
    const home = homeWith();
    expect(await auth(home, 'status')).toMatchObject({
      code: 0,
      auth: { authenticated: true, source: 'file', state: 'missing', madeAt: null, reason: null },
    });
    expect(existsSync(tokenOf(home))).toBe(false);
  });

  test('tells where the token is and when it was made, never what it is', async () => {
    const home = homeWith();
    await auth(home, 'rotate');
    const file = tokenOf(home);
    const token = readFileSync(file, 'utf8').trim();
    const { code, text, auth: status } = await auth(home, 'status');
    expect(code).toBe(0);
    const madeAt = statSync(file).mtime.toISOString();
    expect(status).toMatchObject({ authenticated: true, file, state: 'good', madeAt });
    const { stdout } = await cli(['auth', 'status'], { home });
    expect(stdout).toContain('Authentication\tauthenticated\tyes\n');
    for (const said of [text, stdout]) expect(said).not.toContain(token);
  });

  test('judges AISOPOD_TOKEN', async () => {
    const home = homeWith();
    await auth(home, 'rotate');
    const AISOPOD_TOKEN = readFileSync(tokenOf(home), 'utf8').trim();
    expect(await auth(home, 'status', { AISOPOD_TOKEN })).toMatchObject({
      code: 0,
      auth: { authenticated: true, source: 'AISOPOD_TOKEN' },
    });
    const wrong = await auth(home, 'status', { AISOPOD_TOKEN: 'my-wrong-one' });
    expect(wrong).toMatchObject({
      code: 1,
      auth: { authenticated: false, source: 'AISOPOD_TOKEN', state: 'good' },
    });
    expect(wrong.text).not.toContain('my-wrong-one');
    expect((await auth(home, 'status', { AISOPOD_TOKEN: '' })).auth.source).toBe('file');
  });

  test.skipIf(process.platform === 'win32')('says why a file cannot be used', async () => {
    const home = homeWith();
    await auth(home, 'rotate');
    chmodSync(tokenOf(home), 0o666);
    expect(await auth(home, 'status')).toMatchObject({
      code: 1,
      auth: {
        authenticated: false,
        state: 'unusable',
        reason: expect.stringContaining('chmod 600'),
      },
    });
  });
});

describe('auth rotate', () => {
  test('makes a new token, and prints the file and not the token', async () => {
    const home = homeWith();
    const { code, stdout } = await cli(['auth', 'rotate'], { home });
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${tokenOf(home)}\n` });
    const first = readFileSync(tokenOf(home), 'utf8');
    const { auth: told, text } = await auth(home, 'rotate');
    const second = readFileSync(tokenOf(home), 'utf8');
    expect(second).not.toBe(first);
    expect(text).not.toContain(second.trim());
    expect(told).toMatchObject({ file: tokenOf(home), madeAt: expect.any(String) });
  });

  test('says where none can be made', async () => {
    const home = homeWith();
    writeFileSync(join(home, 'file'), '');
    const { code, stderr } = await cli(['auth', 'rotate', '--home', join(home, 'file')], { home });
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/token file .* cannot be made.*\(HOME_UNWRITABLE\)/),
    });
  });
});
