import { describe, expect, test, vi } from 'vitest';
import { AisopodError, type Plugin, type PluginContext } from '../../src/index.js';
import { deferred, openHost, recordingLogger } from './open-host.js';

const soon = { timeout: 20_000, interval: 5 };
const schema = {
  type: 'object',
  properties: { port: { type: 'integer', default: 1 }, key: { type: 'string', secret: true } },
};

/** A host with a plugin that is configured, and what it heard. */
async function configured(more: Partial<Plugin> = {}, options = {}) {
  const host = await openHost(options);
  const contexts: PluginContext[] = [];
  const info = await host.register({
    id: 'mine',
    version: '1.0.0',
    config: schema,
    register: (api) => api.registerTool('key', { description: 'x' }, () => key()),
    init: (context) => contexts.push(context),
    ...more,
  });
  const key = () => contexts[0]?.config.key;
  return { host, info, config: () => contexts[0]?.config, context: () => contexts[0] };
}

describe('a configuration that changes while the plugin runs', () => {
  test.each(['onConfigChanged', 'configure', 'on_config_changed'])(
    'is told by %s(), and then stands in the context',
    async (name) => {
      const heard: unknown[] = [];
      const { host, config } = await configured({
        [name]: (proposed: object) => heard.push([proposed, config()]),
      });
      expect(config()).toEqual({ port: 1 });
      await host.config.set('mine', 'port', 2);
      expect(config()).toEqual({ port: 2 });
      expect(heard).toEqual([[{ port: 2 }, { port: 1 }]]);
      expect(Object.isFrozen(config())).toBe(true);
    },
  );

  test('is taken by a plugin that says nothing about it', async () => {
    const { host, config } = await configured();
    await host.config.set('mine', 'port', 2);
    expect(config()).toEqual({ port: 2 });
  });

  test('stays what it was when the plugin refuses', async () => {
    const { host, config } = await configured({
      onConfigChanged: () => Promise.reject(new AisopodError('INVALID', 'port 2 is taken')),
    });
    const errors: unknown[] = [];
    host.events.on('configError', (plugin, { code, details }) =>
      errors.push({ plugin, code, details }),
    );
    await host.config.set('mine', 'port', 2).catch(() => {});
    expect(errors).toEqual([
      { plugin: 'mine', code: 'CONFIG_REFUSED', details: { status: 'INVALID' } },
    ]);
    expect(config()).toEqual({ port: 1 });
    expect(host.plugins.isActive('mine')).toBe(true);
  });

  test('is in force when a plugin that took too long has agreed', async () => {
    const gate = deferred();
    const { host, config } = await configured(
      { onConfigChanged: () => gate.promise },
      { limits: { configureMs: 20 } },
    );
    const codes: unknown[] = [];
    host.events.on('configError', (_, { code }) => codes.push(code));
    await host.config.set('mine', 'port', 2).catch(() => {});
    expect(codes).toEqual(['LIFECYCLE_TIMEOUT']);
    expect(config()).toEqual({ port: 1 });
    gate.resolve();
    await vi.waitFor(() => expect(config()).toEqual({ port: 2 }), soon);
  });
});

describe('a secret of the configuration', () => {
  const env = { MY_KEY: 'very-geheim' };
  const toml = '[plugins.mine]\nkey = { env = "MY_KEY" }\n';

  test('reaches the plugin, and is in no log, error or list', async () => {
    const { logger, lines } = recordingLogger();
    const { host, context } = await configured(
      {
        shutdown() {
          throw new Error(`closing with ${context()?.config.key}`);
        },
      },
      { toml, env, logger },
    );
    expect(await host.tools.call('key')).toMatchObject({ data: 'very-geheim' });
    context()?.logger.info(`it is ${context()?.config.key}`);
    context()?.logger.error({ config: context()?.config }, 'as data');
    context()?.logger.error(new Error('very-geheim'), 'as an error');
    context()?.logger.warn({ odd: 1n }, 'no JSON');
    await host.close();
    expect(lines.length).toBeGreaterThan(4);
    expect(JSON.stringify([lines, host.plugins.list()])).not.toContain('geheim');
  });

  test('is not told when init() fails with it', async () => {
    const { info } = await configured(
      { init: ({ config }) => Promise.reject(new Error(`bad key ${config.key}`)) },
      { toml, env },
    );
    expect(info.state).toBe('failed_init');
    expect(JSON.stringify(info)).not.toContain('geheim');
  });
});

test('a configuration that breaks its schema is failed_config', async () => {
  const { info } = await configured({}, { toml: '[plugins.mine]\nport = "x"\n' });
  expect(info).toMatchObject({ state: 'failed_config', error: { code: 'CONFIG_INVALID' } });
});
