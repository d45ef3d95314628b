import { describe, expect, test } from 'vitest';
import { AisopodError, type PluginApi } from '../../src/index.js';
import { KIND_DEFINITIONS } from '../../src/kinds/index.js';
import { toolDefinition } from '../../src/kinds/tools/index.js';
import { runRegister } from '../../src/plugin-api/run-register.js';
import type { KindDefinition, KindDefinitions } from '../../src/registry/index.js';

const SPEC = { description: 'For tests' };
const HANDLER = () => 1;

/** A kind with several methods. */
const channel: KindDefinition = {
  ...toolDefinition,
  kind: 'channel',
  methods: ['open', 'send', 'close'],
  registrar: { member: 'registerChannel' },
};
const kinds: KindDefinitions = new Map([...KIND_DEFINITIONS, ['channel', channel]]);
const LIMITS = { kinds, registrations: 10 };

const run = (register: (api: PluginApi) => unknown, limits = LIMITS) =>
  runRegister('mine', register, limits);

/** What register() fails with. */
function failure(register: (api: PluginApi) => unknown, limits = LIMITS): AisopodError {
  try {
    run(register, limits);
  } catch (error) {
    if (AisopodError.is(error)) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

describe('a registration', () => {
  test('is kept in its order, with a token of its own', () => {
    const { registrations, handlers } = run((api) => {
      api.registerTool('b', { ...SPEC, parameters: { type: 'object' } }, HANDLER);
      api.registerTool('a', SPEC, HANDLER);
    });
    expect(registrations).toMatchObject([
      {
        kind: 'tool',
        name: 'b',
        spec: '{"description":"For tests","parameters":{"type":"object"}}',
      },
      { kind: 'tool', name: 'a', spec: '{"description":"For tests"}' },
    ]);
    const tokens = registrations.map(({ token }) => token);
    expect(new Set([...tokens, ...handlers.keys()]).size).toBe(2);
  });

  test('is a copy that nothing changes later', () => {
    const spec = { description: 'as it was' };
    const handlers = { open: () => 'as it was', send: () => 1, close: () => 1 };
    const { registrations, handlers: kept } = run((api) => {
      api.registerTool('a', spec, HANDLER);
      api.registerChannel('c', {}, handlers);
    });
    spec.description = 'changed';
    handlers.open = () => 'changed';
    expect(registrations[0]?.spec).toContain('as it was');
    const open = kept.get(registrations[1]?.token ?? 0)?.methods.get('open');
    expect(open?.(undefined as never, undefined as never)).toBe('as it was');
    expect(Object.isFrozen(registrations)).toBe(true);
  });

  test('with several methods calls each on the object that it came with', () => {
    class Channel {
      readonly #port = 7;
      open() {
        return this.#port;
      }
    }
    const { registrations, handlers } = run((api) => api.registerChannel('c', {}, new Channel()));
    const open = handlers.get(registrations[0]?.token ?? 0)?.methods.get('open');
    expect(open?.(undefined as never, undefined as never)).toBe(7);
  });
});

describe('a kind that the host does not serve', () => {
  const calls: [string, (api: PluginApi) => void][] = [
    ['provider', (api) => api.registerProvider('x', {}, { models: HANDLER })],
    ['server', (api) => api.registerServer('x', {}, { start: HANDLER })],
    ['channel', (api) => api.registerChannel('x', {}, { open: HANDLER })],
  ];

  test.each(calls)('throws UNSUPPORTED: %s', (kind, register) => {
    expect(failure(register, { ...LIMITS, kinds: KIND_DEFINITIONS })).toMatchObject({
      code: 'UNSUPPORTED',
      details: { kind, name: 'x' },
    });
  });

  test('is a warning, and the rest is taken, when the plugin catches that', () => {
    const { registrations, warnings } = run((api) => {
      api.registerTool('a', SPEC, HANDLER);
      try {
        api.registerServer('greeting', {}, { start: HANDLER });
      } catch {}
    });
    expect(registrations).toHaveLength(1);
    expect(warnings).toMatchObject([{ code: 'UNSUPPORTED', details: { name: 'greeting' } }]);
  });
});

describe('a registration that is refused', () => {
  const circle: Record<string, unknown> = { ...SPEC };
  circle.self = circle;

  test.each<[string, [unknown, unknown, unknown], string]>([
    ['a name that is no text', [7, SPEC, HANDLER], 'its name is the number 7'],
    ['no spec', ['x', undefined, HANDLER], 'its spec holds undefined'],
    ['a function in the spec', ['x', { ...SPEC, run: HANDLER }, HANDLER], 'a function at /run'],
    ['a Map in the spec', ['x', { ...SPEC, a: [new Map()] }, HANDLER], 'a Map at /a/0'],
    ['NaN in the spec', ['x', { ...SPEC, n: Number.NaN }, HANDLER], 'NaN at /n'],
    ['a hole in the spec', ['x', { ...SPEC, a: [undefined] }, HANDLER], 'undefined at /a/0'],
    ['a circle', ['x', circle, HANDLER], 'deeper than 128'],
    ['a spec that is too large', ['x', { description: 'x'.repeat(3e5) }, HANDLER], '262144'],
    ['no handler', ['x', SPEC, undefined], 'its handler is nothing'],
    ['a handler that is a text', ['x', SPEC, 'run'], 'its handler is "run"'],
    ['an object without invoke', ['x', SPEC, { on_error: HANDLER }], 'it has no handler invoke'],
  ])('fails the plugin, whether or not it catches that: %s', (_, args, text) => {
    const add = (api: PluginApi) => (api.registerTool as (...all: unknown[]) => void)(...args);
    const uncaught = failure((api) => add(api));
    const caught = failure((api) => {
      api.registerTool('good', SPEC, HANDLER);
      expect(() => add(api)).toThrow(AisopodError);
    });
    for (const { code, message, details } of [uncaught, caught]) {
      expect(code).toBe('REGISTER_FAILED');
      expect(message).toContain(text);
      expect((details as { refused: string[] }).refused).toHaveLength(1);
    }
  });

  test.each([
    ['a function', HANDLER, 'its handler is a function, not an object with open, send, close'],
    ['null', null, 'its handler is null'],
    ['nothing that is called', { opens: HANDLER }, 'none of the handlers open, send, close'],
    ['something that is no function', { open: 1 }, 'open of it is the number 1'],
  ])('because its handlers are %s fails the plugin', (_, handlers, text) => {
    const { code, message } = failure((api) => api.registerChannel('c', {}, handlers as object));
    expect(code).toBe('REGISTER_FAILED');
    expect(message).toContain(text);
  });

  test('over the limit fails the plugin', () => {
    const many = (api: PluginApi) => {
      for (let i = 0; i < 11; i++) api.registerTool(`t${i}`, SPEC, HANDLER);
    };
    expect(failure(many).message).toContain('more than 10 registrations');
  });

  test('again and again is told with a few of the reasons', () => {
    const { message } = failure((api) => {
      for (let i = 0; i < 100; i++) {
        try {
          api.registerTool(`t${i}`, SPEC, undefined as never);
        } catch {}
      }
    });
    expect(message).toContain('t9');
    expect(message).toMatch(/and \d+ more$/);
  });
});

describe('the builder', () => {
  test('is legal during register() only', () => {
    let kept: PluginApi | undefined;
    run((api) => {
      kept = api;
    });
    expect(() => kept?.registerTool('late', SPEC, HANDLER)).toThrow(
      expect.objectContaining({ code: 'STATE' }),
    );
  });

  test('takes nothing from a register() that is asynchronous', async () => {
    let late: unknown;
    const { code, message } = failure(async (api) => {
      api.registerTool('early', SPEC, HANDLER);
      await null;
      try {
        api.registerTool('late', SPEC, HANDLER);
      } catch (error) {
        late = error;
        throw error;
      }
    });
    expect(code).toBe('REGISTER_FAILED');
    expect(message).toContain('returned a promise');
    await new Promise(setImmediate);
    expect(late).toMatchObject({ code: 'STATE' });
  });
});
