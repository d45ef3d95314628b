import { createRequire } from 'node:module';
import { expect, it } from 'vitest';
import { makeTools } from './make-tools.js';

// A file of its own: nothing else may have called a tool in this process.
const loaded = (name: string) =>
  Object.keys(createRequire(import.meta.url).cache).some((file) =>
    file.replaceAll('\\', '/').includes(`/node_modules/${name}/`),
  );

it('ajv is loaded by the first call, re2js by the first text that has to match a pattern', async () => {
  const { tools } = makeTools({ p: { tools: { t: { spec: { parameters: {} } } } } });
  expect(tools.list()).toHaveLength(1);
  expect([loaded('ajv'), loaded('re2js')]).toEqual([false, false]);
  await tools.call('t');
  expect([loaded('ajv'), loaded('re2js')]).toEqual([true, false]);
  const parameters = { properties: { a: { pattern: 'a' } } };
  const other = makeTools({ p: { tools: { t: { spec: { parameters } } } } });
  await other.tools.call('t');
  expect(loaded('re2js')).toBe(false);
  await other.tools.call('t', { a: 'a' });
  expect(loaded('re2js')).toBe(true);
});
