import { describe, expect, test } from 'vitest';
import { openHost } from '../host/open-host.js';
import { builtPlugin } from '../support/built.js';
import type { TestPlugin } from '../support/plugin-folder.js';

const echoing: TestPlugin = { id: 'around', source: 'middleware.c' };

/** A host with guard, and a tool that gives back its arguments; "yes", or why it is blocked. */
async function open(config?: object) {
  const host = await openHost({
    plugins: [echoing],
    pluginDirs: [builtPlugin('guard')],
    ...(config && { pluginConfig: { guard: config } }),
  });
  const echo = (args: object = {}, user?: string) =>
    host.tools.call('echo', args, { context: user === undefined ? {} : { user } }).then(
      () => 'yes',
      ({ code, details }) => `${code} ${details.by}: ${details.reason}`,
    );
  return { host, echo };
}

const blocked = (reason: string) => `TOOL_BLOCKED guard: ${reason}`;

test('guard listens as its manifest says', async () => {
  const { host } = await open();
  expect(host.plugins.get('guard')).toMatchObject({ state: 'active', warnings: [] });
  expect(host.hooks.list('BeforeToolExecute')).toMatchObject([
    { plugin: 'guard', priority: 1, state: 'on' },
  ]);
});

describe('guard', () => {
  test('lets everything through without a configuration', async () => {
    expect(await (await open()).echo()).toBe('yes');
  });

  test('refuses what its rules refuse, with the reason', async () => {
    const rule = { tool: 'around:echo', action: 'refuse', reason: 'nicht "heute" 👋' };
    expect(await (await open({ rules: [rule] })).echo()).toBe(blocked('nicht "heute" 👋'));
  });

  test('names the rule that has no reason', async () => {
    const rules = [
      { tool: 'other:*', action: 'refuse' },
      { tool: '*', action: 'refuse' },
    ];
    expect(await (await open({ rules })).echo()).toBe(blocked('rule 2 forbids it'));
  });

  test('takes the first rule that is about the call', async () => {
    const allow = { tool: 'around:*', action: 'allow' };
    const refuse = { tool: '*', action: 'refuse', reason: 'no' };
    expect(await (await open({ rules: [allow, refuse] })).echo()).toBe('yes');
    expect(await (await open({ rules: [refuse, allow] })).echo()).toBe(blocked('no'));
  });

  test('may refuse what no rule is about', async () => {
    const { echo } = await open({ otherwise: 'refuse', rules: [{ tool: 'x:*', action: 'allow' }] });
    expect(await echo()).toBe(blocked('no rule allows it'));
  });

  test.each([
    ['around:echo', true],
    ['*', true],
    ['**', true],
    ['a*e*o', true],
    ['*:echo', true],
    ['around:*', true],
    ['echo', false],
    ['around:ech', false],
    ['around:echo*x', false],
    ['Around:echo', false],
    ['around.echo', false],
  ])('finds that %s means the tool: %s', async (tool, does) => {
    const { echo } = await open({ rules: [{ tool, action: 'refuse', reason: 'no' }] });
    expect(await echo()).toBe(does ? blocked('no') : 'yes');
  });

  test('has rules about users', async () => {
    const { echo } = await open({
      otherwise: 'refuse',
      rules: [{ tool: '*', user: 'ada', action: 'allow' }],
    });
    expect(await echo({}, 'ada')).toBe('yes');
    expect(await echo({}, 'bob')).toBe(blocked('no rule allows it'));
    expect(await echo()).toBe(blocked('no rule allows it'));
  });

  test('has rules about arguments', async () => {
    const { echo } = await open({
      otherwise: 'refuse',
      rules: [
        { tool: '*', argument: 'path', matches: '*..*', action: 'refuse', reason: 'no ..' },
        { tool: '*', argument: 'path', matches: '/home/ada/*', action: 'allow' },
      ],
    });
    expect(await echo({ path: '/home/ada/x' })).toBe('yes');
    expect(await echo({ path: '/home/ada/../bob' })).toBe(blocked('no ..'));
    expect(await echo({ path: '/etc' })).toBe(blocked('no rule allows it'));
    expect(await echo({})).toBe(blocked('no rule allows it'));
  });

  test('never allows, and always refuses, what is no text', async () => {
    const rule = { tool: '*', argument: 'path', matches: '*', reason: 'no text' };
    const allowing = await open({ otherwise: 'refuse', rules: [{ ...rule, action: 'allow' }] });
    const refusing = await open({ rules: [{ ...rule, action: 'refuse' }] });
    for (const path of [5, ['/home'], { a: 1 }, 'a\u0000b']) {
      expect(await allowing.echo({ path })).toBe(blocked('no rule allows it'));
      expect(await refusing.echo({ path })).toBe(blocked('no text'));
    }
  });

  test('looks through all levels of the arguments, and deeper ones do not reach the tool', async () => {
    const { echo } = await open();
    const nested = (depth: number) => JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`);
    expect(await echo({ deep: nested(500) })).toBe('yes');
    // These have as many levels as JSON may, and more once they stand in what middleware gets.
    expect(await echo({ deep: nested(511) })).toMatch(/^MIDDLEWARE_FAILED/);
  });

  test('sees what middleware has made of the arguments', async () => {
    const { host, echo } = await open({
      rules: [{ tool: '*', argument: 'path', matches: '/etc*', action: 'refuse', reason: 'no' }],
    });
    host.middleware.use('tool', (_, next) => next({ arguments: { path: '/etc/passwd' } }));
    expect(await echo({ path: '/home' })).toBe(blocked('no'));
  });

  test('guards streams, and calls that plugins make', async () => {
    const { host } = await open({ rules: [{ tool: '*:echo', action: 'refuse', reason: 'no' }] });
    const stream = host.tools.stream('echo');
    await expect(stream.next()).rejects.toMatchObject({ code: 'TOOL_BLOCKED' });
  });
});

describe('a configuration that is wrong refuses everything', () => {
  const rule = { tool: '*', action: 'allow' };
  test.each<[string, object]>([
    ['otherwise is neither "allow" nor "refuse"', { otherwise: 'maybe' }],
    ['rules is no list', { rules: 'all' }],
    ['a rule is no object', { rules: ['all'] }],
    ['a rule names no tool', { rules: [{ action: 'allow' }] }],
    ['a rule says neither action = "allow" nor action = "refuse"', { rules: [{ tool: '*' }] }],
    ['a rule has a key that is not known', { rules: [{ ...rule, tols: '*' }] }],
    ['what stands in a rule is text', { rules: [{ ...rule, user: 1 }] }],
    ['argument and matches belong together', { rules: [{ ...rule, argument: 'a' }] }],
    ['there are more than 1000 rules', { rules: Array(1001).fill(rule) }],
  ])('%s', async (why, config) => {
    const { host, echo } = await open(config);
    const { error } = host.plugins.get('guard') ?? {};
    if (error)
      expect(await echo()).toContain(
        'TOOL_BLOCKED guard: guard guards tool calls, and does not run',
      );
    else expect(await echo()).toBe(blocked(`the configuration of guard is wrong: ${why}`));
  });
});
