import { describe, expect, test } from 'vitest';
import { CommandsService, WriteGate } from '../../../src/kinds/commands/index.js';
import { KIND_DEFINITIONS } from '../../../src/kinds/index.js';
import { Epoch, judgeBatch, Registry } from '../../../src/registry/index.js';
import { Authority, TokenFile } from '../../../src/security/auth/index.js';
import { makePlugin, makeRaw, removePlugin } from '../../registry/make-batch.js';
import { FakeInstance, type Handler } from '../../support/fake-instance.js';
import { makeDispatcher, makeGeneration } from '../../support/generations.js';

/** Commands over a real registry, whose handlers are one function. */
function makeCommands(handler: Handler) {
  const epoch = new Epoch();
  const registry = new Registry(KIND_DEFINITIONS, epoch);
  const handlers = new Map<number, Handler>();
  const instance = FakeInstance.active(handlers);
  const commands = new CommandsService({
    dispatcher: makeDispatcher(registry, epoch),
    authority: new Authority(new TokenFile('/nowhere/token')),
    gate: new WriteGate(),
  });
  /** @returns the tokens by name */
  const commit = (id: string, ...names: string[]) => {
    const spec = '{"description":"x","requireAuth":false}';
    const raws = names.map((name) => makeRaw('command', name, spec));
    const generation = makeGeneration(id, instance);
    registry.apply({
      add: [judgeBatch(makePlugin(id), raws, KIND_DEFINITIONS, generation)],
    });
    for (const { token } of raws) handlers.set(token, handler);
    return Object.fromEntries(raws.map(({ name, token }) => [name, token]));
  };
  return { commands, registry, commit };
}

const reply = (data: unknown) => ({ ok: true, json: JSON.stringify({ data }) }) as const;

describe('a command sees the registrations that were there when it began', () => {
  test('in what it runs, while the host changes them', async () => {
    const seen: (string | number)[] = [];
    const { commands, registry, commit } = makeCommands(
      ({ registration, options: { context } }) => {
        if (registration !== first.outer) {
          seen.push(registration);
          return reply('inner');
        }
        removePlugin(registry, 'b');
        second = commit('b', 'inner');
        return (async () => {
          await commands.run('inner', { context });
          await commands.run('inner');
          return reply('outer');
        })();
      },
    );
    const first = commit('a', 'outer');
    const before = commit('b', 'inner');
    let second: Record<string, number> = {};
    expect((await commands.run('outer')).data).toBe('outer');
    expect(seen).toEqual([before.inner, second.inner]);
    expect(before.inner).not.toBe(second.inner);
  });
});

test('what a handler does to the context of its call changes nothing', async () => {
  const { commands, commit } = makeCommands(({ options: { context } }) => {
    expect(Object.isFrozen(context)).toBe(true);
    return reply(null);
  });
  commit('a', 'outer');
  const context = { user: 'ada' };
  expect((await commands.run('outer', { context })).exitCode).toBe(0);
  expect(context).toEqual({ user: 'ada' });
});
