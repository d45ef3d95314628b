import { describe, expect, test } from 'vitest';
import { openError } from '../../../../src/loaders/native/opening/open-error.js';

// What loaders say that cannot be provoked on every machine; their words are quoted from them.
describe('the words of a loader are understood', () => {
  test.each([
    ['libx.so: cannot open shared object file: No such file or directory', 'libx.so'],
    [
      'Error loading shared library libx.so: No such file or directory (needed by /p.so)',
      'libx.so',
    ],
    ['dlopen(/p.dylib, 0x0006): Library not loaded: @rpath/libx.dylib', '@rpath/libx.dylib'],
    ["/lib/libc.so.6: version `GLIBC_2.99' not found (required by /p.so)", '/lib/libc.so.6'],
  ])('a missing library: %s', (text, missing) => {
    const error = openError('/p.so', new Error(`${text}`));
    expect(error.code).toBe('LIBRARY_DEPENDENCY');
    expect(error.message).toContain(missing);
    expect(error.details).toMatchObject({ path: '/p.so', missing, system: text });
  });

  test.each([
    ['undefined symbol: foo'],
    ['/p.so: undefined symbol: foo, version V_2'],
    ['Error relocating /p.so: foo: symbol not found'],
    ["dlopen(/p.dylib, 0x0006): symbol not found in flat namespace 'foo'"],
    ['dlopen(/p.dylib, 0x0006): Symbol not found: foo'],
  ])('a missing symbol: %s', (text) => {
    const error = openError('/p.so', new Error(text));
    expect(error.code).toBe('LIBRARY_OPEN');
    expect(error.details).toMatchObject({ symbol: 'foo' });
  });

  test('and anything else is passed on', () => {
    const error = openError('/p.so', new Error('no space for static TLS'));
    expect(error.code).toBe('LIBRARY_OPEN');
    expect(error.message).toBe('/p.so cannot be opened: no space for static TLS.');
  });
});
