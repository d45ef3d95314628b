const VIEW = ['getUint8', 'getUint16', 'getUint32'] as const;
const BUFFER = ['compare', 'indexOf', 'subarray'] as const;

/**
 * How often `run` reads a number out of a buffer, or searches and compares in one. Time says nothing
 * on a busy machine; this is the same everywhere. Everything it replaces is put back.
 */
export function countReads(run: () => void): number {
  let reads = 0;
  const counted = (target: object, names: readonly string[]) => {
    const methods = target as Record<string, (...args: unknown[]) => unknown>;
    const restore = names.map((name) => {
      const own = Object.getOwnPropertyDescriptor(methods, name) as PropertyDescriptor;
      const original = methods[name] as (...args: unknown[]) => unknown;
      methods[name] = function (this: unknown, ...args) {
        reads++;
        return original.apply(this, args);
      };
      return () => Object.defineProperty(methods, name, own);
    });
    return () => {
      for (const put of restore) put();
    };
  };
  const restore = [counted(DataView.prototype, VIEW), counted(Buffer.prototype, BUFFER)];
  try {
    run();
    return reads;
  } finally {
    for (const put of restore) put();
  }
}
