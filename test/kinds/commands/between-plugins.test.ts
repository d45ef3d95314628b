import { describe, expect, test } from 'vitest';
import type { CommandRunOptions } from '../../../src/index.js';
import type { CallContext } from '../../../src/instance/index.js';
import { withinCall } from '../../../src/instance/index.js';
import { commandRequests } from '../../../src/kinds/commands/index.js';
import { schemaOf } from '../../docs/schemas.js';
import { listen, openHost } from '../../host/open-host.js';
import { cmds } from './cmds.js';

const [INVALID, NOT_FOUND, DENIED, CANCELLED] = [-2, -5, -6, -8];
const open = () => openHost({ plugins: [cmds('a'), cmds('b')] });

interface Heard {
  readonly status: number;
  readonly json: unknown;
  readonly message: string;
}

interface AskOptions extends CommandRunOptions {
  /** The command that asks. */
  readonly command?: string;
  /** On nobody's behalf. */
  readonly own?: boolean;
}

/** What plugin a hears when it asks for command.run. */
async function ask(
  host: Awaited<ReturnType<typeof open>>,
  params: unknown,
  { command = 'a:request', own = false, ...options }: AskOptions = {},
): Promise<Heard> {
  const args = ['command.run', JSON.stringify(params), ...(own ? ['own'] : [])];
  const { data } = await host.commands.run(command, { args, ...options });
  return data as Heard;
}

describe('a plugin runs a command of another', () => {
  test('by its full name, and waits for the result', async () => {
    const host = await open();
    const params = {
      command: 'b:say',
      args: ['"so far "', '{"stderr":"e"}', '{"output":"x","data":7}'],
    };
    const { status, json } = await ask(host, params);
    expect(status).toBe(0);
    expect(json).toEqual({
      exitCode: 0,
      stdout: 'so far x\n',
      stderr: 'e',
      data: 7,
      metadata: { plugin: 'b', version: '1.0.0', command: 'say' },
    });
    expect(schemaOf('command#run/params')(params)).toBe(true);
    expect(schemaOf('command#run/reply')(json)).toBe(true);
  });

  test('with arguments and standard input, on behalf of the call it answers', async () => {
    const host = await open();
    const params = { command: 'b:told', args: ['x\x1b'], stdin: 'in' };
    const context = { user: 'ada', tenant: 't', session: 's', traceId: 'a'.repeat(32) };
    const { json } = await ask(host, params, { context });
    expect(json).toMatchObject({ data: { params: { args: ['x'], stdin: 'in' }, meta: context } });
  });

  test('of its own plugin too', async () => {
    const host = await open();
    expect(await ask(host, { command: 'a:say', args: ['"x"'] })).toMatchObject({
      status: 0,
      json: { stdout: 'x\n' },
    });
  });

  test('whose failure is a result, and not one of the request', async () => {
    const host = await open();
    expect(await ask(host, { command: 'b:fail' })).toMatchObject({
      status: 0,
      json: { exitCode: 1, error: { code: 'NOT_FOUND' } },
    });
  });

  test.each([
    ['an unknown one', { command: 'b:nothing' }, NOT_FOUND, /nothing/],
    ['none', {}, INVALID, /command\.run needs/],
    ['one that is no text', { command: 5 }, INVALID, /command\.run needs/],
    ['one as a text', 'b:told', INVALID, /command\.run needs/],
    ['nothing', null, INVALID, /command\.run needs/],
    ['one with args that are no list', { command: 'b:told', args: 'x' }, INVALID, /list of texts/],
    ['one with an argument of numbers', { command: 'b:told', args: [1] }, INVALID, /takes text/],
    ['one with a bad standard input', { command: 'b:told', stdin: null }, INVALID, /takes text/],
    ['one that reads no standard input', { command: 'b:say', stdin: '' }, INVALID, /reads no/],
    ['one with a bad reply', { command: 'b:say', args: ['5'] }, -1, /gave an invalid answer/],
  ])('or hears why not: %s', async (_, params, status, message) => {
    const host = await open();
    expect(await ask(host, params)).toMatchObject({
      status,
      message: expect.stringMatching(message),
    });
  });

  test('or hears that an argument is too large', async () => {
    const host = await open();
    const { signal } = new AbortController();
    const info = { plugin: 'a', signal, timeoutMs: 1000, stream: false, context: undefined };
    const asked = { command: 'b:told', args: ['x'.repeat(5000)] };
    await expect(
      commandRequests(host.commands)['command.run']?.(asked, info),
    ).rejects.toMatchObject({
      code: 'ARGUMENT_TOO_LARGE',
      details: { size: 5000 },
    });
  });
});

describe('who is authenticated for it', () => {
  const params = { command: 'b:private' };

  test('is whoever made the call on whose behalf the plugin asks', async () => {
    const host = await open();
    expect(await ask(host, params, { auth: { role: 'admin' } })).toMatchObject({
      status: 0,
      json: { data: { meta: { role: 'admin' } } },
    });
    expect(await ask(host, params)).toMatchObject({ status: DENIED });
    expect(await ask(host, params, { auth: { role: 'viewer' } })).toMatchObject({ status: DENIED });
  });

  test('is nobody when the plugin asks for itself, whoever it works for', async () => {
    const host = await open();
    const asked = { command: 'a:request-private', auth: { role: 'owner' }, own: true };
    expect(await ask(host, params, asked)).toMatchObject({
      status: DENIED,
      message: expect.stringContaining('requires authentication'),
    });
  });

  test('can not be said by what the plugin sends', async () => {
    const host = await open();
    const forged = {
      ...params,
      auth: { role: 'owner' },
      context: { role: 'owner' },
      role: 'owner',
    };
    expect(await ask(host, forged)).toMatchObject({ status: DENIED });
  });
});

test('cancelling the first run cancels the one that it waits for', async () => {
  const host = await open();
  const ears = listen(host);
  const controller = new AbortController();
  const args = ['command.run', '{"command":"b:wait","args":["/never"]}'];
  const run = host.commands.run('a:request', { args, signal: controller.signal });
  await ears.next('running');
  controller.abort();
  await expect(run).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
  expect(await ears.next('stopped')).toMatchObject({ name: 'wait', status: CANCELLED });
});

test('a command that runs itself again and again is stopped', async () => {
  const host = await open();
  const codes: unknown[] = [];
  const again = commandRequests(host.commands)['command.run'];
  const { signal } = new AbortController();
  let context: CallContext | undefined;
  const deeper = async (depth: number): Promise<void> => {
    const info = { plugin: 'a', signal, timeoutMs: 1000, stream: false, context };
    await again?.({ command: 'b:told' }, info);
    context = withinCall(context, 'b:told');
    if (depth < 100) await deeper(depth + 1);
  };
  await deeper(0).catch(({ code }) => codes.push(code));
  expect(codes).toEqual(['CALL_TOO_DEEP']);
});
