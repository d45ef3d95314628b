import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { TestPlugin } from '../../support/plugin-folder.js';
import { watchedHost } from './watching.js';

const base: TestPlugin = { id: 'base', source: 'lifecycle.c' };
/** Of which no two instances are alive: the old one ends before the new one is made. */
const single: TestPlugin = { ...base, flags: ['-DPLUGIN_FLAGS=AISOPOD_PLUGIN_SINGLE'] };
const user: TestPlugin = {
  id: 'user',
  source: 'lifecycle.c',
  manifest: '[dependencies]\nbase = "^1"\n',
};

/** A watching host with both, where no instance of `base` can be initialised any more. */
async function hostOfBroken(base: TestPlugin) {
  const watched = await watchedHost({ plugins: [base, user], watchConfig: false });
  const { host, folder, make } = watched;
  // It is in force for instances that are made from now on.
  await host.config.set('base', 'on_init', 'fail');
  const replace = (version: string) => {
    const next = make({ ...base, version });
    renameSync(join(folder, 'base'), join(folder, `.old-${version}`));
    renameSync(next, join(folder, 'base'));
  };
  return { ...watched, replace };
}

test('a plugin ends when the one that it needs was to be replaced and could not be made again', async () => {
  const { host, replace, until, state, changes } = await hostOfBroken(single);
  replace('1.1.0'); // which the other one would fit
  await until(() => state('base') === 'failed_init');
  await until(() => state('user') === 'skipped_dependency');
  await until(() => changes.some(({ stopped }) => stopped.includes('user')));
  expect(host.tools.list()).toEqual([]);
  expect(host.plugins.list()).toMatchObject([
    { id: 'base', version: '1.1.0', state: 'failed_init' },
    { id: 'user', error: { code: 'DEPENDENCY_FAILED' } },
  ]);
  expect(changes.at(-1)).toEqual({
    started: [],
    replaced: [],
    stopped: ['base', 'user'],
    refused: [],
  });
  await host.config.set('base', 'on_init', 'succeed');
  replace('1.2.0');
  await until(() => state('base') === 'active' && state('user') === 'active');
});

test('a plugin that does not fit a new version runs again when that version could not be started', async () => {
  const { host, replace, until, state, count } = await hostOfBroken(base);
  replace('2.0.0');
  await until(() => count('user', 'unloaded') === 1 && state('user') === 'active');
  expect(host.plugins.get('base')).toMatchObject({ version: '1.0.0', state: 'active' });
});
