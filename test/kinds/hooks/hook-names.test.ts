import { describe, expect, test } from 'vitest';
import { ALL_HOOK_NAMES, HOOK_NAMES, HOOKS } from '../../../src/kinds/hooks/index.js';
import { makeHooks } from './make-hooks.js';

const TABLE = `
1 BeforeAgentRun transform
2 AfterAgentRun transform
3 BeforeMessageSend transform
4 AfterMessageReceive transform
5 BeforeToolExecute decide
6 AfterToolExecute transform
7 OnSessionCreate observe
8 OnSessionEnd observe
9 OnGatewayStart observe
10 OnGatewayShutdown observe
11 OnClientConnect observe
12 OnClientDisconnect observe
13 OnError decide
14 OnReasoningStep observe
15 ToolRegistryBuild collect
16 SystemPromptExtend transform
17 PreLlmCall transform
18 PostLlmResponse transform
19 DaemonServerRegister collect
20 ConfigLoaded observe
21 PrePreload observe
22 PostPreload observe`;

const ALIASES = {
  BEFORE_TOOL_CALL: 'BeforeToolExecute',
  PRE_TOOL_EXECUTE: 'BeforeToolExecute',
  AFTER_TOOL_CALL: 'AfterToolExecute',
  POST_TOOL_EXECUTE: 'AfterToolExecute',
  SESSION_START: 'OnSessionCreate',
  SESSION_END: 'OnSessionEnd',
};

const meant = (name: string) => {
  const { hooks } = makeHooks();
  hooks.register(name, () => null);
  return hooks.list()[0]?.hook;
};

test('there are 22 hooks, each with an id and a mode of its own', () => {
  const lines = HOOKS.map(({ id, name, mode }) => `${id} ${name} ${mode}`);
  expect(lines).toEqual(TABLE.trim().split('\n'));
  expect(HOOK_NAMES).toEqual(HOOKS.map(({ name }) => name));
});

test('the aliases are these and no others', () => {
  const aliases = HOOKS.flatMap(({ name, aliases }) => aliases.map((alias) => [alias, name]));
  expect(Object.fromEntries(aliases)).toEqual(ALIASES);
});

describe('a hook is named by', () => {
  const snake = (name: string) => name.replace(/(?<=[a-z])[A-Z]/g, '_$&').toLowerCase();

  test.each(HOOK_NAMES)('%s, and that in snake_case and UPPER_CASE', (name) => {
    expect(meant(name)).toBe(name);
    expect(meant(snake(name))).toBe(name);
    expect(meant(snake(name).toUpperCase())).toBe(name);
  });

  test.each(Object.entries(ALIASES))('%s, and that in lower case: %s', (alias, name) => {
    expect(meant(alias)).toBe(name);
    expect(meant(alias.toLowerCase())).toBe(name);
  });

  test('no two names alike', () => {
    expect(new Set(ALL_HOOK_NAMES).size).toBe(ALL_HOOK_NAMES.length);
    expect(ALL_HOOK_NAMES).toHaveLength(22 * 3 + 6 * 2);
  });
});

describe('a name that no hook has', () => {
  const { hooks } = makeHooks();

  test.each([
    ['BeforeToolExecutes', 'BeforeToolExecute'],
    ['beforetoolexecute', 'BeforeToolExecute'],
    ['befor_tool_call', 'BEFORE_TOOL_CALL'],
    ['on-error', 'on_error'],
  ])('%s is an error that names the nearest: %s', (name, similar) => {
    expect(() => hooks.register(name, () => null)).toThrow(
      expect.objectContaining({
        code: 'HOOK_UNKNOWN',
        message: expect.stringContaining(`Did you mean "${similar}"?`),
        details: { hook: name, similar },
      }),
    );
  });

  test('is an error that lists all when nothing is near', () => {
    expect(() => hooks.list('xyz')).toThrow(
      /The available hooks are: BeforeAgentRun, .*, PostPreload/,
    );
  });

  test.each([undefined, null, 7, {}, 'x'.repeat(1e6)])('may be anything: %#', (name) => {
    expect(() => hooks.wrap(name as string, () => null)).toThrow(
      expect.objectContaining({ code: 'HOOK_UNKNOWN' }),
    );
  });

  test('rejects who fires it', async () => {
    await expect(hooks.invoke('nothing', {})).rejects.toMatchObject({ code: 'HOOK_UNKNOWN' });
  });
});
