import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { PluginHost, ToolResult } from '../../src/index.js';
import type { TestPlugin } from '../support/plugin-folder.js';
import { openHost } from './open-host.js';

const sender: TestPlugin = { id: 'sender', source: 'requests.c' };
const around: TestPlugin = { id: 'around', source: 'middleware.c' };
const streams: TestPlugin = { id: 'streams', source: 'streams.c' };
const [INVALID, NOT_FOUND, DENIED, STATE] = [-2, -5, -6, -12];

/** Calls a tool by request("tool.call"), on behalf of the call of the tool that sends it. */
const viaPlugin = async (host: PluginHost, params: unknown, more: object = {}) => {
  const { data } = await host.tools.call('request', {
    method: 'tool.call',
    params,
    parent: true,
    ...more,
  });
  return data as { status: number; json: unknown; message: string; details: unknown; parts: [] };
};

describe('a tool call by request("tool.call")', () => {
  test('gives the result that a call gives', async () => {
    const host = await openHost({ plugins: [sender, around] });
    const args = { n: 1 };
    const result = await host.tools.call('around:echo', args);
    expect(await viaPlugin(host, { name: 'around:echo', arguments: args })).toMatchObject({
      status: 0,
      json: result,
    });
    expect(await viaPlugin(host, { name: 'around:echo' })).toMatchObject({ json: { data: {} } });
  });

  test('runs the hooks and the middleware', async () => {
    const host = await openHost({ plugins: [sender, around] });
    const seen: string[] = [];
    host.hooks.register('BeforeToolExecute', ({ tool, call }) => {
      seen.push(`${tool} ${call.user}`);
      return tool === 'around:echo' ? { action: 'block', reason: 'no' } : null;
    });
    const { data } = await host.tools.call(
      'request',
      { method: 'tool.call', params: { name: 'around:echo' }, parent: true },
      { context: { user: 'ada' } },
    );
    expect(data).toMatchObject({
      status: DENIED,
      message: 'embedder blocked the call of around:echo: no',
      details: { code: 'TOOL_BLOCKED', details: { by: 'embedder' } },
    });
    expect(seen).toEqual(['sender:request ada', 'around:echo ada']);
  });

  test('streams the chunks to a plugin that wants them', async () => {
    const host = await openHost({ plugins: [sender, streams] });
    const params = { name: 'streams:count', arguments: { count: 3 } };
    const plain = await host.tools.call(params.name, params.arguments);
    const { parts, json } = await viaPlugin(host, params, { stream: true });
    expect(parts).toHaveLength(3);
    expect(json).toEqual(plain);
    expect(await viaPlugin(host, params)).toMatchObject({ parts: [], json: plain });
  });

  test.each<[string, unknown, number]>([
    ['no name', { arguments: {} }, INVALID],
    ['a name that is no text', { name: 1 }, INVALID],
    ['nothing', null, INVALID],
    ['a list', ['echo'], INVALID],
    ['a tool that there is not', { name: 'nothing' }, NOT_FOUND],
    ['arguments that are none', { name: 'around:echo', arguments: [1] }, INVALID],
  ])('is refused with %s', async (_, params, status) => {
    const host = await openHost({ plugins: [sender, around] });
    expect(await viaPlugin(host, params)).toMatchObject({ status, json: null });
  });

  test('that goes round in a circle ends', async () => {
    const host = await openHost({ plugins: [sender] });
    const heard: unknown[] = [];
    // Each call asks for the next: "request" calls "request", which calls "request", ...
    host.middleware.use('tool', async (_, next) => {
      const params = { name: 'sender:request', arguments: {} };
      const result = await next({ arguments: { method: 'tool.call', params, parent: true } });
      heard.push((result as ToolResult).data);
      return { success: true, data: 'done' };
    });
    await host.tools.call('request', {});
    expect(heard).toHaveLength(17);
    expect(heard[0]).toMatchObject({
      status: STATE,
      details: { code: 'CALL_TOO_DEEP', details: { called: 'sender:request', limit: 16 } },
    });
    expect(heard[1]).toMatchObject({ status: 0, json: { data: 'done' } });
  });
});

describe('a middleware in C around tool calls', () => {
  test.each([
    ['pass', { mode: 'pass' }, { success: true, data: { mode: 'pass' } }],
    ['keep', { mode: 'keep' }, { success: true, data: { mode: 'keep' } }],
    ['own', { mode: 'own', give: { success: true, data: 5 } }, { data: 5, output: '5' }],
    [
      'change',
      { mode: 'change', give: { arguments: { a: 'ä' } } },
      { success: true, data: { a: 'ä' } },
    ],
  ])('%s', async (_, args, result) => {
    const host = await openHost({ plugins: [around] });
    expect(await host.tools.call('echo', args)).toMatchObject(result);
  });

  test('that gives what is no result is named', async () => {
    const host = await openHost({ plugins: [around] });
    await expect(host.tools.call('echo', { mode: 'own', give: 5 })).rejects.toMatchObject({
      code: 'MIDDLEWARE_FAILED',
      details: { plugin: 'around', fault: 'result' },
    });
  });
});

describe('a tool in C that says so in its spec', () => {
  const recovering: TestPlugin = { id: 'recovering', source: 'recovering.c' };

  test('is asked about its failures, and tried again', async () => {
    const host = await openHost({ plugins: [recovering] });
    const answer = { action: 'retry', delayMs: 1 };
    expect(await host.tools.call('flaky', { failures: 3, answer })).toMatchObject({ data: 4 });
    expect(await host.tools.call('flaky', { failures: 4, answer })).toMatchObject({
      success: false,
      error: { code: 'AGAIN', message: 'not yet' },
    });
  });

  test('is tried as often as config.toml says', async () => {
    const toml = '[plugins.settings.recovering.limits]\ntool_attempts = 1\n';
    const host = await openHost({ plugins: [recovering], toml });
    const args = { failures: 1, answer: { action: 'retry' } };
    expect(await host.tools.call('flaky', args)).toMatchObject({ success: false });
  });

  test('replaces its result, or leaves it to the hooks', async () => {
    const host = await openHost({ plugins: [recovering] });
    const replace = { action: 'replace', value: ['instead'] };
    const args = { failures: 9, answer: replace };
    expect((await host.tools.call('flaky', args)).data).toEqual(['instead']);
    host.hooks.register('OnError', ({ error }) => ({ action: 'replace', value: error.code }));
    expect((await host.tools.call('flaky', { failures: 9, answer: null })).data).toBe('AGAIN');
  });

  test('has its answers kept, until its plugin is loaded again', async () => {
    const host = await openHost({ plugins: [recovering] });
    const count = async () => (await host.tools.call('count', { a: 1, b: 2 })).data;
    const first = await count();
    const again = await host.tools.call('recovering:count', { b: 2, a: 1 });
    expect(again).toMatchObject({ data: first, metadata: { cached: true } });
    const folder = host.plugins.get('recovering')?.path ?? '';
    await host.plugins.unloadPlugin('recovering');
    writeFileSync(join(folder, 'note'), '');
    await host.plugins.loadPlugin(folder);
    const anew = await host.tools.call('count', { a: 1, b: 2 });
    expect(anew.metadata?.cached).toBeUndefined();
  });
});
