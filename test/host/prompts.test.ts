import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PluginHost } from '../../src/index.js';
import type { TestPlugin } from '../support/plugin-folder.js';
import { settled } from '../support/settled.js';
import { startOnce } from './dormant/old-home.js';
import { closeAfterTest, makeHome, marksOf, newFolder, openHost } from './open-host.js';

const [INVALID, NOT_FOUND] = [-2, -5];

const CAPABILITIES =
  '[capabilities]\ntools = ["ping", "about"]\nprompts = ["filed", "made"]\ncontexts = ["known"]\n';
const one: TestPlugin = { id: 'one', source: 'lifecycle.c', manifest: CAPABILITIES };
const sender: TestPlugin = { id: 'sender', source: 'requests.c' };

const ADD = [
  {
    kind: 'prompt',
    name: 'filed',
    spec: { description: 'd', arguments: [{ name: 'who' }], file: 'prompts/hello.md' },
  },
  { kind: 'prompt', name: 'made', spec: { description: 'd' } },
  { kind: 'context', name: 'known', spec: { description: 'd', uriTemplate: 'known:{query}' } },
];

/** A home with a plugin in C that brings two prompts and a context. */
function homeWithPrompts(plugins: readonly TestPlugin[] = [], options: object = {}) {
  const made = makeHome({
    plugins: [one, ...plugins],
    pluginConfig: { one: { add: ADD } },
    ...options,
  });
  const folder = join(made.home, 'plugins', 'one', 'prompts');
  mkdirSync(folder);
  const write = (text: string) => writeFileSync(join(folder, 'hello.md'), text);
  write('Hello {{who}}');
  return { made, folder, write };
}

async function open({ made }: ReturnType<typeof homeWithPrompts>) {
  const host = await PluginHost.open(made);
  closeAfterTest(host);
  return host;
}

describe('a plugin in C', () => {
  test('brings prompts and contexts, as its manifest lists them', async () => {
    const host = await open(homeWithPrompts());
    expect(host.plugins.get('one')).toMatchObject({ state: 'active', warnings: [] });
    expect(await host.prompts.render('filed', { who: 'Ada' })).toMatchObject({ text: 'Hello Ada' });
    expect(await host.prompts.render('one:made')).toMatchObject({ text: 'one' });
    expect(await host.contexts.get('known', 'x')).toMatchObject({
      parts: [{ text: 'one', source: { title: 'one:known' } }],
    });
    expect(await host.contexts.read('known:x')).toMatchObject({ text: 'one' });
  });

  test('fails with what is wrong with a template', async () => {
    const home = homeWithPrompts();
    home.write('one\n{{whom}}');
    const host = await open(home);
    expect(host.plugins.get('one')?.reason).toContain(
      'prompt "filed" at /file: "{{whom}}" in line 2 is not an argument; did you mean "{{who}}"?',
    );
  });

  test('has a changed template after a reload, and the old one until then', async () => {
    const home = homeWithPrompts();
    const host = await open(home);
    home.write('Good evening {{who}}');
    expect(await host.prompts.render('filed', { who: 'Ada' })).toMatchObject({ text: 'Hello Ada' });
    await host.plugins.reload('one');
    expect(await host.prompts.render('filed', { who: 'Ada' })).toMatchObject({
      text: 'Good evening Ada',
    });
  });

  test('is asked in its new generation for what came during a reload', async () => {
    const gate = join(newFolder(), 'gate');
    writeFileSync(gate, '');
    const home = homeWithPrompts([], {
      pluginConfig: { one: { add: ADD, on_init: 'wait', gate } },
    });
    const host = await open(home);
    rmSync(gate);
    const reloaded = host.plugins.reload('one');
    const inits = () => marksOf(home.made.home, 'one').filter((line) => line === 'on_init').length;
    await expect.poll(inits, { timeout: 20_000 }).toBe(2);
    let answered = 0;
    const asked = [host.prompts.render('made'), host.contexts.get('known', 'x')].map((each) =>
      each.finally(() => {
        answered += 1;
      }),
    );
    expect(await host.prompts.render('filed')).toMatchObject({ text: 'Hello ' });
    expect(answered).toBe(0);
    writeFileSync(gate, '');
    await reloaded;
    for (const each of await Promise.all(asked)) expect(each).toMatchObject({ text: 'one' });
  });

  test('is named when it lists a prompt that it has not registered', async () => {
    const host = await openHost({ plugins: [one] });
    await expect(host.prompts.render('filed')).rejects.toMatchObject({
      code: 'PROMPT_NOT_FOUND',
      message: expect.stringContaining('Plugin "one" lists it in its manifest'),
    });
    await expect(host.contexts.get('known')).rejects.toMatchObject({
      code: 'CONTEXT_NOT_FOUND',
      message: expect.stringContaining('Plugin "one" lists it in its manifest'),
    });
  });
});

describe('a request of a plugin in C', () => {
  /** Sends a request on behalf of a call, and returns its response. */
  async function request(method: string, params: unknown) {
    const host = await open(homeWithPrompts([sender]));
    const { data } = await host.tools.call('request', { method, params, parent: true });
    return { host, response: data as { status: number; json: unknown; message: string } };
  }

  test('prompt.render has the response that every caller receives', async () => {
    const args = { who: 'Ada' };
    const { host, response } = await request('prompt.render', { name: 'filed', arguments: args });
    expect(response).toMatchObject({ status: 0, json: await host.prompts.render('filed', args) });
  });

  test('context.get has the response that every caller receives', async () => {
    const { host, response } = await request('context.get', { name: 'known', query: 'x' });
    expect(response).toMatchObject({ status: 0, json: await host.contexts.get('known', 'x') });
  });

  test.each([
    ['prompt.render', { name: 'missing' }, NOT_FOUND, /no prompt named "missing"/],
    ['prompt.render', { name: 'filed', arguments: { x: 'y' } }, INVALID, /"x" is not an argument/],
    [
      'prompt.render',
      { name: 'filed', arguments: { who: 7 } },
      INVALID,
      /must be text, not a number/,
    ],
    ['prompt.render', { name: 'filed', arguments: 'x' }, INVALID, /must be an object/],
    ['prompt.render', { arguments: {} }, INVALID, /The parameters of prompt\.render are/],
    ['prompt.render', [], INVALID, /The parameters of prompt\.render are/],
    ['context.get', { name: 'nothing' }, NOT_FOUND, /no context named "nothing"/],
    ['context.get', { name: 'known', query: 7 }, INVALID, /must be text/],
    ['context.get', { query: 'x' }, INVALID, /The parameters of context\.get are/],
  ])('%s with %j has the status of its error', async (method, params, status, message) => {
    const { response } = await request(method, params);
    expect(response).toMatchObject({ status, message: expect.stringMatching(message) });
  });
});

describe('a plugin that waits until it is needed', () => {
  /** A host on a home whose plugin was started before. */
  async function openAgain() {
    const home = homeWithPrompts([], { activation: undefined });
    const plugins = join(home.made.home, 'plugins');
    const names = readdirSync(plugins, { recursive: true, encoding: 'utf8' });
    await settled(plugins, ...names.map((name) => join(plugins, name)));
    await startOnce(home.made);
    rmSync(join(home.made.home, 'data', 'one', 'marks'));
    return { home, host: await open(home), marks: () => marksOf(home.made.home, 'one') };
  }

  test('lists prompts and contexts, and fills a template, without being opened', async () => {
    const { host, marks } = await openAgain();
    expect(host.prompts.list().map(({ fullName }) => fullName)).toEqual(['one:filed', 'one:made']);
    expect(host.contexts.list()).toMatchObject([{ fullName: 'one:known' }]);
    expect(await host.prompts.render('filed', { who: 'Ada' })).toMatchObject({ text: 'Hello Ada' });
    expect(marks()).toEqual([]);
    expect(host.plugins.get('one')?.state).toBe('registered');
  });

  test.each<[string, (host: PluginHost) => Promise<unknown>]>([
    ['a prompt that its handler makes', (host) => host.prompts.render('made')],
    ['a context', (host) => host.contexts.get('known', 'x')],
    ['a URI', (host) => host.contexts.read('known:x')],
  ])('starts for %s', async (_, use) => {
    const { host, marks } = await openAgain();
    expect(await use(host)).toMatchObject({ text: 'one' });
    expect(marks()).toContain('on_init');
    expect(host.plugins.get('one')?.state).toBe('active');
  });

  test('goes on with the template of its start when the file is removed', async () => {
    const { home, host, marks } = await openAgain();
    rmSync(home.folder, { recursive: true });
    expect(host.prompts.list()).toHaveLength(2);
    expect(await host.prompts.render('filed', { who: 'Ada' })).toMatchObject({ text: 'Hello Ada' });
    expect(marks()).toEqual([]);
  });

  test('registers again once a template has changed', async () => {
    const { home, host } = await openAgain();
    await host.close();
    home.write('Good evening {{who}}');
    const again = await open(home);
    expect(await again.prompts.render('filed', { who: 'Ada' })).toMatchObject({
      text: 'Good evening Ada',
    });
  });

  test('ends the wait of a call at its deadline', async () => {
    const { host } = await openAgain();
    const rendered = host.prompts.render('made', {}, { timeoutMs: 0.001 });
    await expect(rendered).rejects.toMatchObject({ code: 'CALL_DEADLINE' });
  });
});
