import { describe, expect, test } from 'vitest';
import type { Collected } from '../../../src/kinds/hooks/index.js';
import { HOOKS } from '../../../src/kinds/hooks/index.js';
import { CALL, failing, makeHooks } from './make-hooks.js';

const later = <T>(value: T) => Promise.resolve(value);

describe('a hook that nobody listens to', () => {
  test.each(HOOKS)('is null, and gives what its mode gives: $name', async ({ name, mode }) => {
    const { hooks } = makeHooks();
    const payload = { a: 1 };
    expect(hooks.current[name]).toBeNull();
    const results = { observe: undefined, collect: [], transform: payload, decide: null };
    expect(await hooks.invoke(name, payload)).toEqual(results[mode]);
  });
});

describe.each([
  ['at once', <T>(value: T) => value],
  ['later', later],
])('callbacks that answer %s', (_, give) => {
  test('observe in order, and give nothing', async () => {
    const { hooks } = makeHooks();
    const seen: unknown[] = [];
    for (const n of [1, 2, 3]) {
      hooks.register('OnSessionCreate', (payload) => {
        seen.push([n, payload]);
        return give({ action: 'block' });
      });
    }
    expect(await hooks.invoke('OnSessionCreate', 'p')).toBeUndefined();
    expect(seen).toEqual([
      [1, 'p'],
      [2, 'p'],
      [3, 'p'],
    ]);
  });

  test('are collected, with who gave what; nothing given is left out', async () => {
    const { hooks } = makeHooks();
    hooks.register('ToolRegistryBuild', () => give([1]), { plugin: 'a' });
    hooks.register('ToolRegistryBuild', () => give(null), { plugin: 'b' });
    hooks.register('ToolRegistryBuild', () => give(undefined), { plugin: 'c' });
    hooks.register('ToolRegistryBuild', () => give(0), { plugin: 'd' });
    expect(await hooks.invoke('ToolRegistryBuild', {})).toEqual([
      { plugin: 'a', value: [1] },
      { plugin: 'd', value: 0 },
    ]);
  });

  test('transform one after the other; null keeps what there is', async () => {
    const { hooks } = makeHooks();
    hooks.register('PreLlmCall', ({ n }) => give({ n: n + 1 }));
    hooks.register('PreLlmCall', () => give(null));
    hooks.register('PreLlmCall', ({ n }) => give({ n: n * 10 }));
    hooks.register('PreLlmCall', () => give(undefined));
    expect(await hooks.invoke('PreLlmCall', { n: 1 })).toEqual({ n: 20 });
    expect(await hooks.invokeChain('PreLlmCall', { n: 2 })).toEqual({ n: 30 });
  });

  test('decide: the first decision ends the question', async () => {
    const { hooks } = makeHooks();
    const asked: string[] = [];
    const answer = (plugin: string, decision: unknown) =>
      hooks.register(
        'BeforeToolExecute',
        () => {
          asked.push(plugin);
          return give(decision);
        },
        { plugin },
      );
    answer('a', null);
    answer('b', { action: 'block', reason: 'not today' });
    answer('c', { action: 'allow' });
    expect(await hooks.invoke('BeforeToolExecute', {})).toEqual({
      action: 'block',
      reason: 'not today',
      plugin: 'b',
    });
    expect(asked).toEqual(['a', 'b']);
  });
});

describe('a decision', () => {
  const decide = async (name: 'BeforeToolExecute' | 'OnError', answer: unknown) => {
    const { hooks, warnings } = makeHooks();
    hooks.register(name, () => answer, { plugin: 'a' });
    return { decision: await hooks.invoke(name, {}), warnings };
  };

  test.each([
    ['BeforeToolExecute', { action: 'allow' }],
    ['BeforeToolExecute', { action: 'block', reason: 'no' }],
    ['BeforeToolExecute', { action: 'replace', value: { x: 1 } }],
    ['OnError', { action: 'propagate' }],
    ['OnError', { action: 'retry', delayMs: 10 }],
    ['OnError', { action: 'replace', value: null }],
  ] as const)('of %s may be %j', async (name, answer) => {
    expect((await decide(name, answer)).decision).toEqual({ ...answer, plugin: 'a' });
  });

  test('holds nothing but what belongs to it, and names who decided', async () => {
    const answer = { action: 'allow', value: 1, delayMs: 5, plugin: 'someone', more: true };
    expect((await decide('BeforeToolExecute', answer)).decision).toEqual({
      action: 'allow',
      plugin: 'a',
    });
  });

  test.each([
    [true, 'a decision is an object'],
    [[], 'a decision is an object'],
    [{}, '"action" is missing; it must be one of propagate, retry, replace'],
    [{ action: 'allow' }, '"action" is "allow"; it must be one of propagate, retry, replace'],
    [{ action: 'retry', reason: 1 }, '"reason" must be text'],
    [{ action: 'retry', delayMs: -1 }, '"delayMs" must be a number of milliseconds from 0'],
    [{ action: 'replace' }, '"replace" needs a "value"'],
  ])('that is none, %j, counts as a failure', async (answer, why) => {
    const { decision, warnings } = await decide('OnError', answer);
    expect(decision).toBeNull();
    expect(warnings).toMatchObject([
      { code: 'HOOK_FAILED', message: expect.stringContaining(why), details: { reason: 'broken' } },
    ]);
  });

  test('to replace arguments gives an object', async () => {
    const { decision } = await decide('BeforeToolExecute', { action: 'replace', value: 'text' });
    expect(decision).toMatchObject({
      action: 'block',
      reason: expect.stringContaining('must be an object'),
    });
  });
});

describe('a new payload', () => {
  test.each([5, 'text', true, [], [1], () => 1])(
    'that is no object (%s) counts as a failure, and the old one stays',
    async (answer) => {
      const { hooks, warnings } = makeHooks();
      for (let i = 0; i < 2; i++) {
        hooks.register('PreLlmCall', () => answer);
        hooks.register('PreLlmCall', ({ n }) => ({ n: n + 1 }));
        expect(await hooks.invoke('PreLlmCall', { n: 1 })).toEqual({ n: 2 + i });
      }
      expect(warnings[0]).toMatchObject({
        details: { reason: 'broken' },
        message: expect.stringContaining('must be an object'),
      });
    },
  );

  test('with members called length and then is a payload like any other', async () => {
    const { hooks, warnings } = makeHooks();
    const payload = Object.fromEntries([
      ['length', 3],
      ['then', 'later'],
    ]);
    hooks.register('PreLlmCall', () => payload);
    for (let i = 0; i < 3; i++) expect(hooks.current.PreLlmCall?.({}, CALL)).toBe(payload);
    expect(warnings).toEqual([]);
  });

  test('is held to what the host knows of it', async () => {
    const problem = (payload: object) => ('n' in payload ? null : 'has no "n"');
    const { hooks, warnings } = makeHooks({ payloadProblems: { PreLlmCall: problem } });
    hooks.register('PreLlmCall', ({ n }) => ({ n: n + 1 }));
    hooks.register('PreLlmCall', () => ({ m: 1 }));
    for (let i = 0; i < 3; i++) {
      expect(await hooks.invokeChain('PreLlmCall', { n: 1 })).toEqual({ n: 2 });
    }
    expect(warnings[0]?.message).toContain('the new payload has no "n"');
  });
});

describe('what is compiled', () => {
  test('answers at once while all callbacks do', () => {
    const { hooks } = makeHooks();
    hooks.register('PreLlmCall', ({ n }) => ({ n: n + 1 }));
    hooks.register('PreLlmCall', ({ n }) => ({ n: n + 1 }));
    for (let n = 0; n < 3000; n++)
      expect(hooks.current.PreLlmCall?.({ n }, CALL)).toEqual({ n: n + 2 });
  });

  test('answers later when one callback does, wherever it stands', async () => {
    for (const at of [0, 1, 2]) {
      const { hooks } = makeHooks();
      for (const i of [0, 1, 2]) {
        const step = { n: i };
        hooks.register('PreLlmCall', ({ list }) => {
          const answer = { list: [...list, step.n] };
          return i === at ? later(answer) : answer;
        });
      }
      for (let i = 0; i < 3; i++) {
        const answer = hooks.current.PreLlmCall?.({ list: [] }, CALL);
        expect(answer).toBeInstanceOf(Promise);
        expect(await answer).toEqual({ list: [0, 1, 2] });
      }
    }
  });

  test('does the same for a callback that answers now at once and now later', async () => {
    const { hooks } = makeHooks();
    let turn = 0;
    hooks.register('ToolRegistryBuild', () => 'a');
    hooks.register('ToolRegistryBuild', () => (turn++ % 2 === 0 ? 'b' : later('b')));
    hooks.register('ToolRegistryBuild', () => 'c');
    for (let i = 0; i < 5; i++) {
      const values: readonly Collected[] = await hooks.current.ToolRegistryBuild?.({}, CALL);
      expect(values.map(({ value }) => value)).toEqual(['a', 'b', 'c']);
    }
  });

  test('takes any number of callbacks', async () => {
    const { hooks } = makeHooks();
    for (let i = 0; i < 200; i++) hooks.register('PreLlmCall', ({ n }) => ({ n: n + 1 }));
    expect(await hooks.invokeChain('PreLlmCall', { n: 0 })).toEqual({ n: 200 });
    expect(await hooks.invokeChain('PreLlmCall', { n: 0 })).toEqual({ n: 200 });
  });

  test('gives callbacks the context and the signal of who fires', async () => {
    const { hooks } = makeHooks();
    const seen: unknown[] = [];
    const context = { user: 'ada' };
    const { signal } = new AbortController();
    hooks.register('ConfigLoaded', (_, call) => {
      seen.push(call.context?.user, call.signal?.aborted);
    });
    hooks.register('ConfigLoaded', async (_, call) => {
      seen.push(call.context?.user, call.signal?.aborted);
    });
    await hooks.current.ConfigLoaded?.({}, { context, signal });
    await hooks.current.ConfigLoaded?.({}, { context, signal });
    expect(seen).toEqual(Array.from({ length: 4 }, () => ['ada', false]).flat());
  });
});

describe('invokeChain()', () => {
  test.each(HOOKS.filter(({ mode }) => mode !== 'transform'))(
    'is wrong usage for $name, which is no chain',
    async ({ name, mode }) => {
      const { hooks } = makeHooks();
      await expect(hooks.invokeChain(name, {})).rejects.toMatchObject({
        code: 'USAGE',
        message: expect.stringContaining(`mode is ${mode}; use invoke()`),
      });
    },
  );

  test('takes aliases', async () => {
    const { hooks } = makeHooks();
    hooks.register('AFTER_TOOL_CALL', () => ({ a: 1 }));
    expect(await hooks.invokeChain('post_tool_execute', {})).toEqual({ a: 1 });
  });
});

test('collect() keeps what came of it for collected()', async () => {
  const { hooks } = makeHooks();
  hooks.register('DaemonServerRegister', () => ({ name: 'web' }), { plugin: 'a' });
  hooks.register('DaemonServerRegister', failing);
  expect(hooks.collected('DaemonServerRegister')).toEqual([]);
  await hooks.collect('DaemonServerRegister', {});
  expect(hooks.collected('DAEMON_SERVER_REGISTER')).toEqual([
    { plugin: 'a', value: { name: 'web' } },
  ]);
});
