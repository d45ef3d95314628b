import { expect, test } from 'vitest';
import { withForgettableCode } from '../../../src/base/schema/forgettable-code.js';
import { withBuild } from '../../support/run-built.js';
import { runInChild } from '../../support/run-in-child.js';

withBuild();

test('a compiler makes functions that do what those of new Function do', () => {
  const sum = withForgettableCode(() => new Function('a', 'b', '"use strict"; return a + b;'));
  expect(sum(1, 2)).toBe(3);
  expect(withForgettableCode(() => new Function('return this === undefined'))()).toBe(false);
});

test('the constructor is the own one again afterwards, also when the compiler throws', () => {
  const { Function: own } = globalThis;
  withForgettableCode(() => expect(globalThis.Function).not.toBe(own));
  expect(() => withForgettableCode(() => new Function('}'))).toThrow(SyntaxError);
  expect(globalThis.Function).toBe(own);
});

test('compiled schemas that nothing holds leave no code behind', async () => {
  const { stdout, stderr } = await runInChild(
    `
    import { setFlagsFromString } from 'node:v8';
    import { runInNewContext } from 'node:vm';
    setFlagsFromString('--expose-gc');
    const gc = runInNewContext('gc');
    const { compileSchema } = await load('base/schema/schema-compiler.ts');
    const wide = (i) => ({
      type: 'object',
      properties: Object.fromEntries(
        Array.from({ length: 900 }, (_, k) => ['p' + i + '_' + k, { type: 'string', minLength: 1 }]),
      ),
    });
    const use = (i) => compileSchema(wide(i), 'linear', false).check({ ['p' + i + '_0']: 1 }, 20);
    use(0);
    gc();
    const before = process.memoryUsage().heapUsed;
    for (let i = 1; i <= 15; i++) use(i);
    gc();
    console.log(Math.round((process.memoryUsage().heapUsed - before) / 1e6));
    `,
    {},
  );
  expect(stderr).toBe('');
  // 15 schemas of which each leaves 2 MB behind with new Function.
  expect(Number(stdout)).toBeLessThan(10);
});
