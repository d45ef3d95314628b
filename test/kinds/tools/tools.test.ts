import { describe, expect, it } from 'vitest';
import { AisopodError } from '../../../src/base/errors/index.js';
import { removePlugin } from '../../registry/make-batch.js';
import { ok } from '../../support/fake-instance.js';
import { makeTools } from './make-tools.js';

const numbers = { parameters: { properties: { n: { type: 'number' } }, required: ['n'] } };
const code = (name: string) => expect.objectContaining({ code: name });

function calculator() {
  return makeTools({
    calc: {
      version: '2.0.0',
      tools: {
        double: {
          spec: numbers,
          handler: ({ params }) => ok({ twice: 2 * JSON.parse(params).n }),
        },
        later: { handler: async ({ params }) => ok(JSON.parse(params)) },
        fail: {
          handler: () => ({ ok: false, code: 'DENIED', message: 'no', details: { why: 1 } }),
        },
        say: { handler: () => ok('hello') },
      },
    },
  });
}

describe('tools.list', () => {
  it('tells what people and models need to know of each tool', () => {
    const { tools } = makeTools({
      a: {
        tools: {
          add: {
            spec: {
              ...numbers,
              output: { type: 'number' },
              guideline: 'Use it',
              permissions: ['network'],
              hints: { readOnly: true },
            },
          },
        },
      },
      b: { tools: { add: {}, sub: {} } },
    });
    expect(tools.list().map((tool) => [tool.fullName, tool.wireName])).toEqual([
      ['a:add', expect.stringMatching(/^a_add_[0-9a-f]{8}$/)],
      ['b:add', expect.stringMatching(/^b_add_[0-9a-f]{8}$/)],
      ['b:sub', 'sub'],
    ]);
    expect(tools.list()[0]).toEqual({
      plugin: 'a',
      name: 'add',
      fullName: 'a:add',
      wireName: expect.any(String),
      description: 'Does add',
      parameters: { type: 'object', ...numbers.parameters },
      output: { type: 'number' },
      guideline: 'Use it',
      permissions: ['network'],
      hints: { readOnly: true },
    });
    expect(Object.isFrozen(tools.list()) && tools.list().every(Object.isFrozen)).toBe(true);
  });

  it('follows the registry', () => {
    const { tools, registry } = calculator();
    expect(tools.list()).toHaveLength(4);
    removePlugin(registry, 'calc');
    expect(tools.list()).toEqual([]);
  });
});

describe('tools.get', () => {
  it('finds a tool by full and short name, and nothing else', () => {
    const { tools } = calculator();
    expect(tools.get('double')).toEqual(tools.get('calc:double'));
    expect(tools.get('double')).toEqual(tools.list()[0]);
    expect([tools.get('gone'), tools.get('__proto__'), tools.get('')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe('tools.call', () => {
  it('gives data, its text, and who answered', async () => {
    const { tools } = calculator();
    expect(await tools.call('double', { n: 4 })).toEqual({
      success: true,
      data: { twice: 8 },
      output: '{"twice":8}',
      metadata: { plugin: 'calc', version: '2.0.0', tool: 'double' },
    });
  });

  it('gives text as it is', async () => {
    const { tools } = calculator();
    expect(await tools.call('calc:say')).toMatchObject({ data: 'hello', output: 'hello' });
  });

  it('waits for an answer that comes later', async () => {
    const { tools } = calculator();
    expect((await tools.call('later', { a: [1] })).data).toEqual({ a: [1] });
  });

  it("resolves with success false for the plugin's own error", async () => {
    const { tools } = calculator();
    expect(await tools.call('fail')).toEqual({
      success: false,
      error: { code: 'DENIED', message: 'no', details: { why: 1 } },
      metadata: { plugin: 'calc', version: '2.0.0', tool: 'fail' },
    });
  });

  it('asks the plugin with the token, "invoke", the JSON, and the limit of the plugin', async () => {
    const { tools, instances } = calculator();
    await tools.call('double', { n: 1 });
    await tools.call('say');
    expect(instances.calc?.calls).toEqual([
      { registration: 1, method: 'invoke', params: '{"n":1}', options: { timeoutMs: 30_000 } },
      { registration: 4, method: 'invoke', params: '{}', options: { timeoutMs: 30_000 } },
    ]);
  });

  it('hands its options on', async () => {
    const { tools, instances } = calculator();
    const { signal } = new AbortController();
    const options = {
      signal,
      timeoutMs: Infinity,
      onChunk: () => {},
      onProgress: () => {},
      context: { user: 'ann' },
    };
    await tools.call('say', {}, options);
    expect(instances.calc?.calls[0]?.options).toEqual(options);
  });

  it('names the nearest tool when there is none of that name', async () => {
    const { tools } = calculator();
    await expect(tools.call('duoble')).rejects.toThrow(
      expect.objectContaining({
        code: 'TOOL_NOT_FOUND',
        message: expect.stringContaining('double'),
        details: { tool: 'duoble', similar: 'double' },
      }),
    );
    for (const odd of ['toString', '', 'x'.repeat(1_000_000), undefined, null, 5]) {
      const error = await tools.call(odd as string).catch((reason) => reason);
      expect([error.code, error.message.length < 400]).toEqual(['TOOL_NOT_FOUND', true]);
    }
  });

  it('asks the host whether the plugin may be called, before anything else', async () => {
    const { tools, generations, epoch, instances } = calculator();
    const off = new AisopodError('PLUGIN_DISABLED', 'The plugin is switched off.');
    generations.get('calc')?.switchOff(() => off);
    epoch.advance();
    await expect(tools.call('double', { n: 'wrong' })).rejects.toThrow(code('PLUGIN_DISABLED'));
    expect(instances.calc?.calls).toEqual([]);
  });

  it('passes on what the instance refuses, thrown or rejected', async () => {
    const { tools } = makeTools({
      p: {
        tools: {
          thrown: {
            handler: () => {
              throw new AisopodError('QUEUE_FULL', 'Too many calls.');
            },
          },
          rejected: { handler: () => Promise.reject(new AisopodError('CALL_GONE', 'Gone.')) },
        },
      },
    });
    await expect(tools.call('thrown')).rejects.toThrow(code('QUEUE_FULL'));
    await expect(tools.call('rejected')).rejects.toThrow(code('CALL_GONE'));
  });

  it.each([0, -1, Number.NaN, '5', null])('refuses timeoutMs %j', async (timeoutMs) => {
    const { tools, instances } = calculator();
    const options = { timeoutMs: timeoutMs as number };
    await expect(tools.call('say', {}, options)).rejects.toThrow(code('USAGE'));
    expect(instances.calc?.calls).toEqual([]);
  });

  it('does not begin when the signal has been aborted already', async () => {
    const { tools, instances } = calculator();
    const signal = AbortSignal.abort('changed my mind');
    await expect(tools.call('say', {}, { signal })).rejects.toThrow(
      expect.objectContaining({ code: 'CALL_CANCELLED', cause: 'changed my mind' }),
    );
    expect(instances.calc?.calls).toEqual([]);
  });
});

describe('the arguments of a call', () => {
  function echo(parameters: object = {}) {
    const made = makeTools({ p: { tools: { echo: { spec: { parameters } } } } });
    return {
      call: (args: unknown) => made.tools.call('echo', args),
      sent: () => made.instances.p?.calls.map((call) => call.params),
    };
  }

  it('are checked before the call, with all faults', async () => {
    const { call, sent } = echo({
      properties: { n: { type: 'number' }, m: { type: 'number' } },
      required: ['n', 'm'],
    });
    await expect(call({ n: 'x' })).rejects.toThrow(
      expect.objectContaining({
        code: 'ARGUMENTS_INVALID',
        message: expect.stringMatching(/p:echo.*"m" is missing.*\/n: must be number.*"x"/s),
        details: {
          tool: 'p:echo',
          faults: [
            { path: '', message: '"m" is missing', expected: 'm' },
            { path: '/n', message: 'must be number', expected: 'number', found: 'x' },
          ],
        },
      }),
    );
    expect(sent()).toEqual([]);
  });

  it.each<[string, unknown]>([
    ['a list', [1]],
    ['null', null],
    ['text', 'text'],
    ['a function', () => {}],
    ['a BigInt', { a: 1n }],
    ['a symbol', Symbol('a')],
  ])('may not be %s', async (_, args) => {
    const { call, sent } = echo();
    await expect(call(args)).rejects.toThrow(code('ARGUMENTS_INVALID'));
    expect(sent()).toEqual([]);
  });

  it('may not contain themselves', async () => {
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    await expect(echo().call(circle)).rejects.toThrow(code('ARGUMENTS_INVALID'));
  });

  it('may not nest without end', async () => {
    let deep: unknown = 1;
    for (let i = 0; i < 100_000; i++) deep = { deep };
    await expect(echo().call(deep)).rejects.toThrow(code('ARGUMENTS_INVALID'));
  });

  it('may not nest deeper than a schema that follows them can go', async () => {
    const { call } = echo({ properties: { deep: { $ref: '#' } } });
    let deep: unknown = {};
    for (let i = 0; i < 3_000; i++) deep = { deep };
    await call(deep).catch((error) => expect(error).toEqual(code('ARGUMENTS_INVALID')));
  });

  it('are checked as they are sent', async () => {
    const { call, sent } = echo({
      properties: { when: { type: 'string' }, rest: { type: 'string' } },
      additionalProperties: false,
    });
    await call({ when: new Date(0), rest: Object('boxed'), gone: undefined });
    await call({ toJSON: () => ({ when: 'now' }) });
    await call(
      new (class {
        when = 'ever';
      })(),
    );
    await expect(call({ when: { toJSON: () => 5 } })).rejects.toThrow(code('ARGUMENTS_INVALID'));
    expect(sent()).toEqual([
      '{"when":"1970-01-01T00:00:00.000Z","rest":"boxed"}',
      '{"when":"now"}',
      '{"when":"ever"}',
    ]);
  });

  it.each([
    ['NaN', { list: [1, Number.NaN] }, 'holds NaN at /list/1'],
    ['an infinite number', { n: -Infinity }, 'holds -Infinity at /n'],
    ['a BigInt', { n: 1n }, 'holds a bigint at /n'],
    ['an element that JSON has no form for', { list: [undefined] }, 'holds undefined at /list/0'],
    ['half of a surrogate pair', { text: 'a\ud83d' }, 'half of a surrogate pair at /text'],
  ])('are refused with %s, which JSON would change', async (_, args, said) => {
    const { call, sent } = echo();
    await expect(call(args)).rejects.toMatchObject({
      code: 'ARGUMENTS_INVALID',
      message: expect.stringContaining(said),
      details: { faults: [{ path: '' }] },
    });
    expect(sent()).toEqual([]);
  });

  it('count only what they have themselves', async () => {
    const { call } = echo({ required: ['a'] });
    await expect(call(Object.create({ a: 1 }))).rejects.toThrow(code('ARGUMENTS_INVALID'));
  });
});
