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

  test.each([
    ['libc.musl-x86_64.so.1: cannot open shared object file: No such file', 'musl', 'glibc'],
    ['Error loading shared library libc.so.6: No such file (needed by /p.so)', 'glibc', 'musl'],
    ['Error loading shared library ld-linux-x86-64.so.2: No such file', 'glibc', 'musl'],
    ['Error relocating /p.so: __printf_chk: symbol not found', 'glibc', 'musl'],
  ])('a library for another C library: %s', (text, built, own) => {
    const error = openError('/p.so', new Error(text));
    expect(error.code).toBe('LIBRARY_PLATFORM');
    expect(error.message).toContain(`is built for systems with ${built}`);
    expect(error.message).toContain(`this system has ${own}`);
    expect(error.message).not.toContain('Install it');
    expect(error.details).toMatchObject({
      path: '/p.so',
      found: `linux (${built})`,
      expected: `linux (${own})`,
    });
  });
});

describe('a missing library gets the advice that helps', () => {
  const missing = (name: string) => `${name}: cannot open shared object file: No such file`;

  test('when it lies outside of the folder', () => {
    const found = { path: '/x/shared/it is.so', folder: '/x/p', outside: true };
    const { message, details } = openError('/x/p/p.so', missing('it is.so'), () => found);
    expect(message).toContain("lies outside of the plugin's folder, at /x/shared/it is.so");
    expect(message).toContain("cp '/x/shared/it is.so' /x/p");
    expect(message).not.toContain('Install');
    expect(details).toMatchObject({ missing: 'it is.so', found: '/x/shared/it is.so' });
  });

  test('when it lies beside, and nothing leads there', () => {
    const found = { path: '/x/p/libx.so', folder: '/x/p', outside: false };
    const { message } = openError('/x/p/p.so', missing('libx.so'), () => found);
    expect(message).toContain('It lies next to it, but the library does not say so');
  });

  test('when the plugin needs it by a path', () => {
    const { message } = openError('/x/p/p.so', missing('./build/libx.so'));
    expect(message).toContain('needs the library ./build/libx.so, which is not found at that path');
    expect(message).toContain('patchelf --replace-needed ./build/libx.so libx.so /x/p/p.so');
  });

  test('when it is too old, and the plugin brings a newer one that is not used', () => {
    const text = "/usr/lib/libstdc++.so.6: version `GLIBCXX_9.9' not found (required by /x/p/p.so)";
    const found = { path: '/x/p/libstdc++.so.6', folder: '/x/p', outside: false };
    const { code, message } = openError('/x/p/p.so', text, (name) =>
      name === 'libstdc++.so.6' ? found : null,
    );
    expect(code).toBe('LIBRARY_DEPENDENCY');
    expect(message).toContain('needs version GLIBCXX_9.9 of libstdc++.so.6, and brings one along');
    expect(message).toContain('-static-libstdc++');
  });

  test('when it is nowhere', () => {
    const { message } = openError('/x/p/p.so', missing('libx.so'));
    expect(message).toContain('Install it, or put it next to the library');
  });
});
