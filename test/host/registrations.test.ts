import { describe, expect, test } from 'vitest';
import { KINDS } from '../../src/abi/index.js';
import { PluginHost } from '../../src/index.js';
import { KIND_DEFINITIONS } from '../../src/kinds/index.js';
import type { TestPlugin } from '../support/plugin-folder.js';
import { closeAfterTest, makeHome, openHost, recordingLogger } from './open-host.js';

const one: TestPlugin = { id: 'one', source: 'lifecycle.c' };
const two: TestPlugin = { id: 'two', source: 'lifecycle.c' };
const TOOLS = '[capabilities]\ntools = ["ping", "about"]\n';
const SPEC = { description: 'For tests', parameters: { type: 'object' } };

/** Opens a host with one plugin that registers more than its two tools. */
async function openWith(add: object[], options: object = {}) {
  const { logger, lines } = recordingLogger();
  const host = await openHost({
    plugins: [one],
    pluginConfig: { one: { add } },
    logger,
    ...options,
  });
  const info = host.plugins.get('one');
  return {
    host,
    info,
    /** What add() answered, as the plugin logged it. */
    answers: lines.filter(({ text }) => text.startsWith('add ')).map(({ text }) => text),
  };
}

describe('a registration that the host refuses, whether or not the plugin cares', () => {
  test.each([
    ['a name with other characters', { name: 'a b', spec: SPEC }, -2],
    ['a name that is too long', { name: 'a'.repeat(65), spec: SPEC }, -2],
    ['a name that looks Latin', { name: 'hеlp', spec: SPEC }, -2],
    ['the same name again', { name: 'ping', spec: SPEC }, -4],
    ['the same name in another case', { name: 'Ping', spec: SPEC }, -4],
    ['no handler', { name: 'x', spec: SPEC, bare: true }, -2],
    ['a spec that is no JSON', { name: 'x', spec: '{"description":' }, -2],
  ])('%s fails the plugin', async (_, registration, status) => {
    const { info, host, answers } = await openWith([registration]);
    expect(answers).toEqual([expect.stringContaining(`: ${status} `)]);
    expect(info).toMatchObject({ state: 'failed_register', error: { code: 'REGISTER_FAILED' } });
    expect(host.tools.list()).toEqual([]);
  });

  test('is told with all reasons at once', async () => {
    const { info } = await openWith([
      { name: 'a b', spec: SPEC },
      { name: 'PING', spec: SPEC },
    ]);
    expect(info?.error?.details).toEqual({
      refused: [expect.stringContaining('tool "a b"'), expect.stringContaining('tool "PING"')],
    });
    expect(info?.reason).toContain('a b');
    expect(info?.reason).toContain('PING');
  });

  test('over the limit of registrations fails the plugin', async () => {
    const { info } = await openWith([{ name: 'third', spec: SPEC }], {
      limits: { registrations: 2 },
    });
    expect(info?.reason).toContain('more than 2 registrations');
  });
});

describe('a tool with a schema that the host cannot use', () => {
  const WRONG = { name: 'odd', spec: { ...SPEC, parameters: { type: 'object', required: 1 } } };
  const SOUND = { name: 'sound', spec: SPEC };

  test('is left out, and its plugin and its other tools work', async () => {
    const { info, host } = await openWith([WRONG, SOUND]);
    expect(info).toMatchObject({ state: 'active', tools: ['ping', 'about', 'sound'] });
    expect(info?.warnings).toContainEqual(
      expect.objectContaining({
        code: 'SCHEMA_INVALID',
        message:
          'Plugin one runs without its tool "odd", since the host cannot use the schema of it:\n' +
          '  /parameters/required: "required" must be a list of texts',
      }),
    );
    expect(await host.tools.call('ping')).toMatchObject({ data: 'one' });
  });

  test.each(['odd', 'one:odd'])('is not found as %s, with the reason', async (name) => {
    const { host } = await openWith([WRONG]);
    await expect(host.tools.call(name)).rejects.toMatchObject({
      code: 'TOOL_NOT_FOUND',
      message: expect.stringContaining('/parameters/required: "required" must be a list'),
      details: { tool: name, similar: null, reason: 'SCHEMA_INVALID' },
    });
  });

  test('counts as registered: no difference to the manifest, and marked', async () => {
    const { host, info } = await openWith([WRONG]);
    expect(info?.warnings.filter(({ code }) => code === 'CAPABILITY_MISMATCH')).toMatchObject([
      { message: expect.stringMatching(/registers .*tools:odd without listing it/) },
    ]);
    expect(host.plugins.capabilities('one')).toContainEqual({
      capability: 'tools',
      name: 'odd',
      listed: false,
      registered: false,
      leftOut: true,
    });
  });

  test('refuses its plugin in a strict host, with all reasons', async () => {
    const other = { name: 'b', spec: { ...SPEC, parameters: { minProperties: -1 } } };
    await expect(openWith([WRONG, other], { strict: true })).rejects.toMatchObject({
      code: 'SCHEMA_INVALID',
      details: { faults: [{ name: 'odd' }, { name: 'b' }] },
    });
  });

  test('of a plugin in TypeScript is left out as well', async () => {
    const host = await openHost({});
    await host.register({
      id: 'mine',
      version: '1.0.0',
      register(api) {
        api.registerTool('odd', { description: 'd', parameters: { type: 'str' } }, () => 1);
        api.registerTool('sound', { description: 'd' }, () => 1);
      },
    });
    expect(host.plugins.get('mine')).toMatchObject({
      state: 'active',
      tools: ['sound'],
      warnings: [{ code: 'SCHEMA_INVALID', message: expect.stringContaining('write "string"') }],
    });
  });
});

describe('a registration that is illegal on a closer look', () => {
  test('fails the whole plugin, with all reasons', async () => {
    const { info, host } = await openWith([
      { name: 'a', spec: { ...SPEC, parameters: { type: 'object', required: 1 } } },
      { name: 'b', spec: { ...SPEC, description: 5 } },
    ]);
    expect(info).toMatchObject({
      state: 'failed_register',
      error: {
        code: 'REGISTRATION_INVALID',
        details: { faults: [{ name: 'a' }, { name: 'b' }] },
      },
    });
    expect(host.tools.list()).toEqual([]);
    expect(host.registry.snapshot.plugins).toEqual([]);
  });

  test('leaves the plugins beside it alone', async () => {
    const add = [{ name: 'a', spec: { parameters: {} } }];
    const host = await openHost({ plugins: [one, two], pluginConfig: { one: { add } } });
    expect(host.plugins.get('one')?.error?.code).toBe('REGISTRATION_INVALID');
    expect(await host.tools.call('ping')).toMatchObject({ data: 'two' });
  });
});

describe('a kind that this host does not serve', () => {
  const kinds = [...KINDS.filter((kind) => !KIND_DEFINITIONS.has(kind)), 'future'];
  const others = kinds.map((kind) => ({ kind, name: 'x', spec: {} }));

  test('answers UNSUPPORTED, and the plugin goes on without it', async () => {
    const { host, info, answers } = await openWith(others);
    expect(answers).toHaveLength(others.length);
    for (const answer of answers) expect(answer).toContain(': -3 ');
    expect(info).toMatchObject({ state: 'active', tools: ['ping', 'about'] });
    expect(await host.tools.call('ping')).toMatchObject({ data: 'one' });
  });

  test('is a warning for each registration', async () => {
    const { info } = await openWith(others);
    const warnings = info?.warnings.filter(({ code }) => code === 'UNSUPPORTED') ?? [];
    expect(warnings.map(({ details }) => (details as { kind: string }).kind)).toEqual(kinds);
    expect(warnings[1]?.message).toContain(`${kinds[1]} "x"`);
  });

  test('does not make a strict host refuse a manifest that lists it', async () => {
    const manifest = `${TOOLS}servers = ["x"]\n`;
    const { info } = await openWith([{ kind: 'server', name: 'x', spec: {} }], {
      plugins: [{ ...one, manifest }],
      strict: true,
    });
    expect(info?.state).toBe('active');
  });
});

test('a flag that this host does not know fails the plugin', async () => {
  const { info, answers } = await openWith([{ name: 'x', spec: SPEC, flags: 1 << 20 }]);
  expect(answers[0]).toContain(': -3 ');
  expect(info).toMatchObject({ state: 'failed_register', error: { code: 'REGISTER_FAILED' } });
  expect(info?.reason).toContain('tool "x"');
});

describe('what the manifest lists and what is registered', () => {
  test('are the same: there is no warning', async () => {
    const host = await openHost({ plugins: [{ ...one, manifest: TOOLS }] });
    expect(host.plugins.get('one')?.warnings).toEqual([]);
  });

  const manifest = '[capabilities]\ntools = ["ping", "pong"]\n';

  test('differ: that is a warning with the difference', async () => {
    const host = PluginHost.create(makeHome({ plugins: [{ ...one, manifest }] }));
    closeAfterTest(host);
    const heard: unknown[] = [];
    host.events.on('warning', (plugin, { code }) => heard.push([plugin, code]));
    host.discover();
    await host.start();
    expect(heard).toEqual([['one', 'CAPABILITY_MISMATCH']]);
    expect(host.plugins.get('one')).toMatchObject({
      state: 'active',
      warnings: [
        {
          code: 'CAPABILITY_MISMATCH',
          details: { missing: ['tools:pong'], extra: ['tools:about'] },
        },
      ],
    });
  });

  test('differ: a strict host refuses that', async () => {
    const opening = PluginHost.open(makeHome({ plugins: [{ ...one, manifest }], strict: true }));
    await expect(opening).rejects.toMatchObject({ code: 'CAPABILITY_MISMATCH' });
  });
});

describe('a short name that two plugins want', () => {
  test('belongs to the first by id; both full names work, and a warning names both', async () => {
    const host = await openHost({ plugins: [two, one] });
    expect(await host.tools.call('ping')).toMatchObject({ data: 'one' });
    expect(await host.tools.call('one:ping')).toMatchObject({ data: 'one' });
    expect(await host.tools.call('two:ping')).toMatchObject({ data: 'two' });
    const warning = host.plugins.get('two')?.warnings.find(({ code }) => code === 'NAME_TAKEN');
    expect(warning?.message).toContain('two:ping');
    expect(warning?.message).toContain('one:ping');
  });

  test('belongs to the one at the lower level of dependencies before that', async () => {
    const needs = '[dependencies]\ntwo = "*"\n';
    const host = await openHost({ plugins: [{ ...one, manifest: needs }, two] });
    expect(await host.tools.call('ping')).toMatchObject({ data: 'two' });
  });

  test('passes on when its owner is unloaded', async () => {
    const host = await openHost({ plugins: [one, two] });
    await host.plugins.unloadPlugin('one');
    expect(await host.tools.call('ping')).toMatchObject({ data: 'two' });
  });
});
