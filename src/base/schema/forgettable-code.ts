import { compileFunction } from 'node:vm';

/**
 * Runs a compiler that makes its functions by `new Function`, so that their code goes with them. V8 keeps
 * what `new Function` makes by its text until the process ends (2 MB for a schema of 900 members), and
 * has no such cache for compileFunction(). The compiler has no option for it, so the constructor is
 * another one while it runs.
 *
 * @param compile must be synchronous: no other code runs meanwhile
 * @returns what it returns
 */
export function withForgettableCode<T>(compile: () => T): T {
  const own = globalThis.Function;
  const forgettable = new Proxy(own, {
    construct: (_, parts: string[]) =>
      compileFunction(String(parts.at(-1) ?? ''), parts.slice(0, -1)),
  });
  // A program that has frozen its globals keeps the code instead.
  if (!Reflect.set(globalThis, 'Function', forgettable)) return compile();
  try {
    return compile();
  } finally {
    globalThis.Function = own;
  }
}
