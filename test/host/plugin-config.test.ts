import { chmodSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { HOST_VERSION, PluginHost } from '../../src/index.js';
import type { TestPlugin } from '../support/plugin-folder.js';
import { closeAfterTest, makeHome, marksOf, openHost } from './open-host.js';

const SCHEMA = `
[config]
type = "object"
[config.properties.greeting]
type = "string"
default = "hello"
[config.properties.times]
type = "integer"
default = 3
[config.properties.nested]
type = "object"
default = { a = 1, b = 2 }
`;
const plugin: TestPlugin = { id: 'one', source: 'lifecycle.c', manifest: SCHEMA };

interface About {
  readonly config: object;
  readonly host: string;
  readonly pluginDir: string;
  readonly dataDir: string;
}

async function about(host: PluginHost): Promise<About> {
  return (await host.tools.call('about')).data as About;
}

test('host->config() gives the defaults of the manifest', async () => {
  const host = await openHost({ plugins: [plugin] });
  expect((await about(host)).config).toEqual({
    greeting: 'hello',
    times: 3,
    nested: { a: 1, b: 2 },
  });
});

test('what stands in config.toml goes over them, key by key', async () => {
  const host = await openHost({
    plugins: [plugin],
    pluginConfig: { one: { greeting: 'grüß dich 👋', nested: { b: 5 }, more: [1] } },
  });
  expect((await about(host)).config).toEqual({
    greeting: 'grüß dich 👋',
    times: 3,
    nested: { a: 1, b: 5 },
    more: [1],
  });
});

test('a plugin without either gets an empty object', async () => {
  const host = await openHost({ plugins: [{ ...plugin, manifest: '' }] });
  expect((await about(host)).config).toEqual({});
});

test('a plugin is told who its host is and where its folders are', async () => {
  const host = await openHost({ plugins: [plugin] });
  expect(await about(host)).toMatchObject({
    host: `aisopod ${HOST_VERSION}`,
    pluginDir: host.plugins.get('one')?.path,
    dataDir: join(host.home.root, 'data', 'one'),
  });
});

test.skipIf(process.platform === 'win32')(
  'its data directory is there before create(), for its owner alone, also if it was open before',
  async () => {
    const options = makeHome({ plugins: [plugin] });
    const dataDir = join(options.home, 'data', 'one');
    mkdirSync(dataDir, { recursive: true });
    chmodSync(dataDir, 0o755);
    closeAfterTest(await PluginHost.open(options));
    expect(marksOf(options.home, 'one')[0]).toBe('create');
    expect(statSync(dataDir).mode & 0o777).toBe(0o700);
  },
);
