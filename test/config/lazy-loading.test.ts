import { createRequire } from 'node:module';
import { expect, it } from 'vitest';
import { makeConfig } from './make-config.js';

// A file of its own: nothing else may have judged a configuration in this process.
const loaded = (name: string) =>
  Object.keys(createRequire(import.meta.url).cache).some((file) =>
    file.replaceAll('\\', '/').includes(`/node_modules/${name}/`),
  );

it('ajv is loaded for the first plugin that says what it can be told, not before', () => {
  makeConfig({ schema: null, toml: '[plugins.calc]\na = 1\n' }).resolve();
  const described = makeConfig({ toml: '[plugins.calc]\nport = 1\n' });
  described.config.explain('calc');
  expect([loaded('ajv'), loaded('re2js')]).toEqual([false, false]);
  described.resolve();
  expect([loaded('ajv'), loaded('re2js')]).toEqual([true, false]);
});
