import { describe, expect, test } from 'vitest';
import { ok } from '../../support/fake-instance.js';
import { type FakeTool, makeTools } from './make-tools.js';

// Not on RE2, since it looks ahead; on 40 letters JavaScript's own engine takes hours.
const EXPLODES = '^(?=a)(a+)+$';
const LETTERS = `${'a'.repeat(40)}!`;

const echo: FakeTool = {
  spec: { parameters: { properties: { q: { type: 'string', pattern: EXPLODES } } } },
  handler: ({ params }) => ok(JSON.parse(params)),
};
const plain: FakeTool = { handler: () => ok(1) };

const setup = () => {
  const made = makeTools({ p: { tools: { echo, plain } } });
  return { ...made, calls: () => made.instances.p?.calls ?? [] };
};

describe('a tool with a pattern that RE2 can not run', () => {
  test('receives arguments that match', async () => {
    const { tools } = setup();
    expect(await tools.call('echo', { q: 'aaa' })).toMatchObject({ data: { q: 'aaa' } });
    await expect(tools.call('echo', { q: 'b' })).rejects.toMatchObject({
      code: 'ARGUMENTS_INVALID',
      details: { faults: [{ path: '/q' }] },
    });
  });

  test('receives what its arguments were when it was called', async () => {
    const { tools } = setup();
    const args = { q: 'aaa' };
    const call = tools.call('echo', args);
    args.q = 'b';
    expect(await call).toMatchObject({ data: { q: 'aaa' } });
  });

  test('is not called when the match takes longer than a second, and other calls go on', async () => {
    const { tools, calls } = setup();
    const call = tools.call('echo', { q: LETTERS });
    expect(await tools.call('plain')).toMatchObject({ data: 1 });
    await expect(call).rejects.toMatchObject({
      code: 'VALIDATION_DEADLINE',
      message:
        'The arguments of p:echo could not be validated within 1000 ms. ' +
        `Its pattern "${EXPLODES}" takes too long on "${LETTERS}". Send another text, or ask the ` +
        'author of the plugin for a pattern without lookaround and back references.',
      details: { tool: 'p:echo', pattern: EXPLODES, text: LETTERS, limitMs: 1000 },
    });
    expect(calls()).toHaveLength(1);
  });

  test('keeps the deadline and the signal of its caller', async () => {
    const { tools, calls } = setup();
    await expect(tools.call('echo', { q: LETTERS }, { timeoutMs: 20 })).rejects.toMatchObject({
      code: 'CALL_DEADLINE',
    });
    const controller = new AbortController();
    const call = tools.call('echo', { q: LETTERS }, { signal: controller.signal });
    controller.abort();
    await expect(call).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
    expect(calls()).toEqual([]);
  });

  test('receives arguments that a hook replaced only when they match', async () => {
    const { tools, hooks } = setup();
    let replacement = 'aa';
    hooks.register('BeforeToolExecute', () => ({ action: 'replace', value: { q: replacement } }));
    expect(await tools.call('echo', { q: 'a' })).toMatchObject({ data: { q: 'aa' } });
    replacement = 'b';
    await expect(tools.call('echo', { q: 'a' })).rejects.toMatchObject({ code: 'TOOL_BLOCKED' });
    replacement = LETTERS;
    await expect(tools.call('echo', { q: 'a' }, { timeoutMs: 200 })).rejects.toMatchObject({
      code: 'CALL_DEADLINE',
    });
  });

  test('receives arguments that middleware changed only when they match', async () => {
    const { tools, middleware } = setup();
    let replacement = 'aa';
    middleware.use('tool', (_, next) => next({ arguments: { q: replacement } }));
    expect(await tools.call('echo', { q: 'a' })).toMatchObject({ data: { q: 'aa' } });
    replacement = 'b';
    await expect(tools.call('echo', { q: 'a' })).rejects.toMatchObject({
      code: 'ARGUMENTS_INVALID',
    });
  });
});
