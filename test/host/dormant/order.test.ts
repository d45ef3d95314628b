import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { TestPlugin } from '../../support/plugin-folder.js';
import { linesOf, makeGate, marksOf, newFolder } from '../open-host.js';
import { openAgain } from './old-home.js';

const STARTUP = '[runtime]\nactivation = "startup"\n';

const plugin = (id: string, manifest = ''): TestPlugin => ({ id, source: 'lifecycle.c', manifest });
const needs = (...ids: string[]) => `[dependencies]\n${ids.map((id) => `${id} = "*"\n`).join('')}`;

describe('dependencies of a dormant plugin', () => {
  test('start before it, in their order', async () => {
    const marks = join(newFolder(), 'marks');
    const ids = ['base', 'middle', 'top', 'other'];
    const { host } = await openAgain({
      plugins: [
        plugin('top', needs('middle')),
        plugin('middle', needs('base')),
        plugin('base'),
        plugin('other', needs('base')),
      ],
      pluginConfig: Object.fromEntries(ids.map((id) => [id, { marks }])),
    });
    const before = linesOf(marks).length;
    expect(await host.tools.call('top:ping')).toMatchObject({ data: 'top' });
    const initialised = linesOf(marks)
      .slice(before)
      .filter((line) => line.endsWith(' on_init'));
    expect(initialised).toEqual(['base on_init', 'middle on_init', 'top on_init']);
    expect(host.plugins.get('base')?.woken?.by).toBe('plugin middle');
    expect(host.plugins.get('other')?.state).toBe('registered');
  });

  test('start once, when several that need them are called', async () => {
    const { host, made } = await openAgain({
      plugins: [plugin('base'), plugin('one', needs('base')), plugin('two', needs('base'))],
    });
    const names = ['one:ping', 'base:ping', 'two:ping'];
    const results = await Promise.all(names.map((name) => host.tools.call(name)));
    expect(results.map(({ data }) => data)).toEqual(['one', 'base', 'two']);
    expect(marksOf(made.home, 'base')).toEqual(['create', 'on_register', 'on_init']);
  });

  test('are a reason that it does not start when they fail', async () => {
    const { host, made } = await openAgain({
      plugins: [plugin('base'), plugin('top', needs('base'))],
    });
    await host.config.set('base', 'on_init', 'fail');
    await expect(host.tools.call('top:ping')).rejects.toMatchObject({
      code: 'PLUGIN_NOT_ACTIVE',
      details: { plugin: 'top', state: 'skipped_dependency', code: 'DEPENDENCY_FAILED' },
      message: expect.stringContaining('on_init fails on purpose'),
    });
    expect(host.plugins.get('base')?.state).toBe('failed_init');
    expect(host.tools.list()).toEqual([]);
    expect(marksOf(made.home, 'top')).toEqual([]);
  });

  test('that it can do without, and that fail, do not keep it from starting', async () => {
    const { host } = await openAgain({
      plugins: [
        plugin('base'),
        plugin('top', '[dependencies]\nbase = { version = "*", optional = true }\n'),
      ],
    });
    await host.config.set('base', 'on_init', 'fail');
    expect(await host.tools.call('top:ping')).toMatchObject({ data: 'top' });
    expect(host.plugins.get('base')?.state).toBe('failed_init');
  });

  test('start with the host when a plugin needs them that does', async () => {
    const { host } = await openAgain({
      plugins: [
        plugin('base'),
        plugin('middle', needs('base')),
        plugin('top', `${STARTUP}${needs('middle')}`),
        plugin('alone'),
      ],
    });
    const states = ['base', 'middle', 'top', 'alone'].map((id) => host.plugins.get(id)?.state);
    expect(states).toEqual(['active', 'active', 'active', 'registered']);
  });

  test('start when a plugin is loaded that needs them', async () => {
    const { host, made } = await openAgain({ plugins: [plugin('base'), plugin('other')] });
    const { makePlugin } = await import('../../support/plugin-folder.js');
    const folder = makePlugin(newFolder(), plugin('late', needs('base')));
    expect(await host.plugins.loadPlugin(folder)).toMatchObject({ state: 'active' });
    expect(host.plugins.get('base')).toMatchObject({
      state: 'active',
      woken: { by: 'plugin late' },
    });
    expect(marksOf(made.home, 'other')).toEqual([]);
  });
});

describe('a plugin that calls another one while it starts', () => {
  /** on_init calls a tool, and marks the status and the answer. */
  const calling = (name: string) => ({
    on_init: 'request',
    method: 'tool.call',
    params: { name, arguments: {} },
  });

  test('starts that one too, and gets its answer', async () => {
    const { host, made } = await openAgain({
      plugins: [plugin('one'), plugin('two')],
      pluginConfig: { one: calling('two:ping') },
    });
    expect(await host.tools.call('one:ping')).toMatchObject({ data: 'one' });
    expect(marksOf(made.home, 'one')).toContainEqual(
      expect.stringMatching(/^receives 0 .*"data":"two"/),
    );
    expect(host.plugins.get('two')?.woken?.by).toBe('tool ping');
  });

  test('is refused by one that calls it in turn, and both start', async () => {
    const { host, made } = await openAgain({
      plugins: [plugin('one'), plugin('two')],
      pluginConfig: { one: calling('two:ping'), two: calling('one:ping') },
    });
    expect(await host.tools.call('one:ping')).toMatchObject({ data: 'one' });
    expect(host.plugins.list().map(({ state }) => state)).toEqual(['active', 'active']);
    expect(marksOf(made.home, 'one')).toContainEqual(expect.stringMatching(/^receives 0 /));
    expect(marksOf(made.home, 'two')).toContainEqual(expect.stringMatching(/^receives -?[1-9]/));
  });

  test('is refused by itself, and starts', async () => {
    const { host, made } = await openAgain({
      plugins: [plugin('one')],
      pluginConfig: { one: calling('one:ping') },
    });
    expect(await host.tools.call('one:ping')).toMatchObject({ data: 'one' });
    expect(marksOf(made.home, 'one')).toContainEqual(expect.stringMatching(/^receives -?[1-9]/));
  });

  test('is refused by one that needs it', async () => {
    const { host, made } = await openAgain({
      plugins: [plugin('base'), plugin('top', needs('base'))],
      pluginConfig: { base: calling('top:ping') },
    });
    expect(await host.tools.call('top:ping')).toMatchObject({ data: 'top' });
    expect(marksOf(made.home, 'base')).toContainEqual(expect.stringMatching(/^receives -?[1-9]/));
  });

  test('while the host starts, is refused by a dormant one that needs what starts still', async () => {
    const gate = makeGate();
    const { host, made } = await openAgain({
      plugins: [plugin('early', STARTUP), plugin('base', STARTUP), plugin('lazy', needs('base'))],
      pluginConfig: { early: calling('lazy:ping'), base: { gate: gate.path } },
    });
    expect(host.plugins.get('early')?.state).toBe('active');
    expect(marksOf(made.home, 'early')).toContainEqual(expect.stringMatching(/^receives -?[1-9]/));
    expect(await host.tools.call('lazy:ping')).toMatchObject({ data: 'lazy' });
  });
});
