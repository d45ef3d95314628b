import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { directory, plugin, scan } from '../discovery/plugins-directory.js';
import { readJson, readYaml, WHOLE } from './foreign-folder.js';

// A file of its own: nothing else may have read YAML in this process.
const loaded = () =>
  Object.keys(createRequire(import.meta.url).cache).some((file) =>
    file.replaceAll('\\', '/').includes('/node_modules/yaml/'),
  );

test('the parser of YAML is loaded by the first text that needs it', () => {
  const plugins = directory();
  plugin(`${plugins}/one`, 'one');
  expect(scan({ configPaths: [plugins] })).toMatchObject([{ error: null }]);
  expect(readJson({ id: 'hello', version: '1.0.0', entry: 'x.so' }).errors).toEqual([]);
  expect(loaded()).toBe(false);
  expect(readYaml(WHOLE).errors).toEqual([]);
  expect(loaded()).toBe(true);
});
