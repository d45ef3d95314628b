import { describe, expect, test } from 'vitest';
import { AisopodError } from '../../../src/base/errors/index.js';
import type { DirectHandler } from '../../../src/instance/index.js';
import { KIND_DEFINITIONS } from '../../../src/kinds/index.js';
import { Epoch, judgeBatch, Registry } from '../../../src/registry/index.js';
import { FakeInstance } from '../../support/fake-instance.js';
import { makeDispatcher, makeGeneration } from '../../support/generations.js';
import { CALL, makeHooks } from './make-hooks.js';

/** Hooks of a plugin in TypeScript: its handlers are functions of this thread. */
function makeDirect(hook: string, handler: DirectHandler) {
  const registry = new Registry(KIND_DEFINITIONS);
  const plugin = { id: 'ts', name: 'ts', version: '1.0.0', trust: 'trusted', level: 0 } as const;
  const raw = { token: 1, kind: 'hook', name: hook, spec: '{}', flags: 0 } as const;
  // It serves no call by JSON, since none is needed.
  const instance = Object.assign(FakeInstance.active(new Map()), {
    direct: (token: number) => (token === 1 ? handler : undefined),
  });
  const generation = makeGeneration('ts', instance);
  registry.apply({ add: [judgeBatch(plugin, [raw], KIND_DEFINITIONS, generation)] });
  return { ...makeHooks({ dispatcher: makeDispatcher(registry, new Epoch()) }), generation };
}

describe('a callback of a plugin in TypeScript', () => {
  test('gets the payload itself, and answers at once', () => {
    const payload = { n: 1 };
    const answer = { n: 2 };
    const seen: unknown[] = [];
    const { hooks } = makeDirect('PreLlmCall', (given) => {
      seen.push(given);
      return answer;
    });
    for (let i = 0; i < 3; i++) expect(hooks.current.PreLlmCall?.(payload, CALL)).toBe(answer);
    expect(seen.every((given) => given === payload)).toBe(true);
  });

  test('may answer later', async () => {
    const { hooks } = makeDirect('PreLlmCall', async () => ({ n: 2 }));
    for (let i = 0; i < 3; i++) expect(await hooks.invokeChain('PreLlmCall', {})).toEqual({ n: 2 });
  });

  test('ends for who does not wait any more', async () => {
    const { hooks, warnings } = makeDirect('BeforeToolExecute', () => new Promise(() => {}));
    const given = new AbortController();
    const fired = hooks.current.BeforeToolExecute?.({}, { ...CALL, signal: given.signal });
    given.abort();
    await expect(fired).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
    expect(warnings).toEqual([]);
  });

  test('is not called while its plugin is switched off', async () => {
    const { hooks, generation } = makeDirect('BeforeToolExecute', () => ({ action: 'block' }));
    generation.switchOff(() => new AisopodError('PLUGIN_DISABLED', 'off'));
    expect(await hooks.invoke('BeforeToolExecute', {})).toBeNull();
    expect(hooks.list()).toMatchObject([{ state: 'disabled' }]);
    generation.open();
    expect(await hooks.invoke('BeforeToolExecute', {})).toEqual({ action: 'block', plugin: 'ts' });
  });
});
