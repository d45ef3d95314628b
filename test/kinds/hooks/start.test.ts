import { describe, expect, test } from 'vitest';
import { HOST_VERSION, type Plugin, PluginHost } from '../../../src/index.js';
import { schemaOf } from '../../docs/schemas.js';
import { closeAfterTest, makeHome, openHost } from '../../host/open-host.js';
import type { TestPlugin } from '../../support/plugin-folder.js';

const calls: TestPlugin = { id: 'calls', source: 'calls.c' };
const listener: TestPlugin = { id: 'listener', source: 'hooks/listener.c' };

function createHost(options: Parameters<typeof makeHome>[0] = {}): PluginHost {
  const host = PluginHost.create(makeHome(options));
  closeAfterTest(host);
  host.discover();
  return host;
}

describe('a start', () => {
  test('fires its hooks once, in this order, when all plugins are active', async () => {
    const host = createHost({ plugins: [calls] });
    const fired: [string, unknown][] = [];
    for (const name of ['ToolRegistryBuild', 'DaemonServerRegister', 'ConfigLoaded']) {
      host.hooks.register(name, (payload) => {
        expect(host.plugins.isActive('calls')).toBe(true);
        fired.push([name, payload]);
      });
    }
    await host.start();
    await host.start();
    const names = fired.map(([name]) => name);
    expect(names).toEqual(['ConfigLoaded', 'ToolRegistryBuild', 'DaemonServerRegister']);
    for (const [name, payload] of fired) {
      const validate = schemaOf(`hook#${name}/payload`);
      expect(validate(payload) || validate.errors).toBe(true);
    }
  });

  test('tells nothing that may be secret', async () => {
    const host = createHost({
      plugins: [calls],
      pluginConfig: { calls: { token: 's3cret' } },
      toml: '[plugins.registry]\nurl = "https://ada:s3cret@plugins.example"\n',
    });
    let told: unknown;
    host.hooks.register('ConfigLoaded', (payload) => {
      told = payload;
    });
    await host.start();
    expect(told).toMatchObject({ file: host.config.file, strict: false });
    expect(JSON.stringify(told)).not.toContain('s3cret');
  });

  test('goes on when a callback fails', async () => {
    const host = createHost({ plugins: [calls] });
    host.hooks.register('ConfigLoaded', () => Promise.reject(new Error('oops')));
    await host.start();
    expect(host.plugins.isActive('calls')).toBe(true);
  });
});

describe('what ToolRegistryBuild collects', () => {
  test('is how tools are described, with who wanted it', async () => {
    const host = createHost({ plugins: [calls] });
    const before = host.tools.get('echo');
    host.hooks.register(
      'ToolRegistryBuild',
      () => [
        { tool: 'echo', description: 'Says it again' },
        { tool: 'calls:meta', guideline: 'Never' },
      ],
      { plugin: 'docs' },
    );
    host.hooks.register('ToolRegistryBuild', () => ({ tool: 'calls:echo', guideline: 'Always' }));
    await host.start();
    expect(host.tools.get('echo')).toMatchObject({
      description: 'Says it again',
      guideline: 'Always',
      amendedBy: ['docs', 'embedder'],
    });
    expect(before).toBeUndefined();
    const listed = host.tools.list().find(({ name }) => name === 'meta');
    expect(listed).toMatchObject({ guideline: 'Never', amendedBy: ['docs'] });
    expect(host.tools.get('called')?.amendedBy).toBeUndefined();
  });

  test.each([
    [7, 'an amendment is'],
    [{ description: 'x' }, 'an amendment is'],
    [{ tool: 'nothing', description: 'x' }, 'there is no tool "nothing"'],
    [{ tool: 'echo', parameters: {} }, '"parameters" of a tool cannot be amended'],
    [{ tool: 'echo', description: ' ' }, 'must be text'],
    [[{ tool: 'echo', description: 'x' }, null], 'an amendment is'],
  ])('that is none, %j, is not used, and is a warning', async (reply, why) => {
    const host = await openHost({
      plugins: [calls, listener],
      pluginConfig: {
        listener: {
          hooks: [{ name: 'ToolRegistryBuild', does: 'reply', reply: JSON.stringify(reply) }],
        },
      },
    });
    expect(host.tools.get('echo')?.amendedBy).toBeUndefined();
    expect(host.plugins.get('listener')?.warnings).toContainEqual(
      expect.objectContaining({ code: 'HOOK_FAILED', message: expect.stringContaining(why) }),
    );
  });
});

test('what DaemonServerRegister collects is there for the embedder', async () => {
  const host = await openHost({
    plugins: [listener],
    pluginConfig: {
      listener: {
        hooks: [{ name: 'DaemonServerRegister', does: 'reply', reply: { name: 'web' } }],
      },
    },
  });
  expect(host.hooks.collected('DaemonServerRegister')).toEqual([
    { plugin: 'listener', value: { name: 'web' } },
  ]);
});

test('DaemonServerRegister says which plugins run', async () => {
  const host = createHost({ plugins: [calls] });
  let told: unknown;
  host.hooks.register('DaemonServerRegister', (payload) => {
    told = payload;
  });
  await host.start();
  expect(told).toEqual({
    hostVersion: HOST_VERSION,
    plugins: [{ id: 'calls', version: '1.0.0' }],
  });
});

describe('after the start, ToolRegistryBuild', () => {
  const tool = (version: string, description: string): Plugin => ({
    id: 'a',
    version,
    register: (api) => api.registerTool('t', { description }, () => 1),
  });
  const amending = (change: () => unknown = () => {}): Plugin => ({
    id: 'am',
    version: '1.0.0',
    register: (api) =>
      api.registerHook('ToolRegistryBuild', {}, () => {
        change();
        return { tool: 'a:t', description: 'words of am' };
      }),
  });
  const words = (host: PluginHost) => host.tools.get('a:t')?.description;

  test('asks a plugin that comes later, with the words of the tools themselves', async () => {
    const host = await openHost();
    const payloads: unknown[] = [];
    host.hooks.register('ToolRegistryBuild', (payload) => void payloads.push(payload));
    await host.register(tool('1.0.0', 'own'));
    await host.register(amending());
    expect(words(host)).toBe('words of am');
    await host.register({ id: 'last', version: '1.0.0', register() {} });
    expect(payloads.at(-1)).toMatchObject({ tools: [{ fullName: 'a:t', description: 'own' }] });
  });

  test('forgets the words of a plugin that has gone', async () => {
    const host = await openHost();
    await host.register(tool('1.0.0', 'own'));
    await host.register(amending());
    await host.plugins.unloadPlugin('am');
    expect(words(host)).toBe('own');
    await host.plugins.unloadPlugin('a');
    await host.register(tool('2.0.0', 'own words of 2.0'));
    expect(words(host)).toBe('own words of 2.0');
  });

  test('may ask for a change of the host, which comes after it', async () => {
    const host = await openHost();
    await host.register(tool('1.0.0', 'own'));
    let asked: Promise<void> | undefined;
    await host.register(
      amending(() => {
        asked ??= host.plugins.unloadPlugin('a');
      }),
    );
    await asked;
    await host.plugins.enable('am'); // comes after what was asked for
    expect(host.plugins.get('a')?.state).toBe('unloaded');
  });
});
