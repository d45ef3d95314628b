import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { type LibraryInfo, readLibrary } from '../../../src/packages/binary/index.js';
import { INCLUDE, temporaryFolder } from '../../support/compile-library.js';

const folder = temporaryFolder();
const calculator = fileURLToPath(new URL('../../../plugins-c/calculator', import.meta.url));
const available = (tool: string) => spawnSync(tool, ['--version']).status === 0;
const run = (tool: string, args: string[]) =>
  execFileSync(tool, args, { encoding: 'utf8', maxBuffer: 2 ** 28, cwd: folder });

/** The sample plugin, built with that compiler. */
function buildCalculator(compiler: string, name: string): string {
  const path = join(folder, name);
  const sources = ['plugin.c', 'expression.c'].map((file) => join(calculator, file));
  const identity = ['-DAISOPOD_PLUGIN_ID="calculator"', '-DAISOPOD_PLUGIN_VERSION="1.0.0"'];
  const flags = ['-shared', '-O1', '-fvisibility=hidden', '-I', INCLUDE, ...identity];
  const fpic = compiler.includes('mingw') ? [] : ['-fPIC'];
  run(compiler, [...flags, ...fpic, '-o', path, ...sources, '-lm']);
  return path;
}

/** What objdump says of a DLL. */
function dllBy(path: string): { exports: string[]; imports: string[]; needed: string[] } {
  const text = run('objdump', ['-p', path]);
  const imported = text.slice(text.indexOf('The Import Tables'), text.indexOf('an export table'));
  const names = text.slice(text.indexOf('[Ordinal/Name Pointer] Table')).split('\n\n', 1)[0] ?? '';
  const all = (part: string, pattern: RegExp) =>
    [...part.matchAll(pattern)].map(([, name]) => name as string);
  return {
    exports: all(names, /^\s*\[\s*\d+\].*?(\S+)$/gm),
    imports: all(imported, /^\t[0-9a-f]+\s+\d+\s+(\S+)\s*$/gm),
    needed: all(imported, /DLL Name: (\S+)/g),
  };
}

const names = (symbols: LibraryInfo['exports'] | LibraryInfo['imports']) =>
  symbols.map(({ name }) => name);

describe('a plugin for Linux on arm64', () => {
  const compiler = 'aarch64-linux-gnu-gcc';

  test('is read as readelf reads it', ({ skip }) => {
    skip(!available(compiler), `needs ${compiler}: apt install gcc-aarch64-linux-gnu`);
    const path = buildCalculator(compiler, 'arm64.so');
    const info = readLibrary(readFileSync(path));
    expect(info).toMatchObject({ format: 'elf', machine: 'arm64', bits: 64, endian: 'little' });
    expect(info.findExport('aisopod_plugin_v1')).toBe('function');
    expect(names(info.exports)).toEqual(['aisopod_plugin_v1']);
    expect(info.needed).toContain('libc.so.6');
    const table = run('readelf', ['-W', '--dyn-syms', path]);
    const undefined_ = [...table.matchAll(/ UND ([^\s@]+)/g)].map(([, name]) => name);
    expect(names(info.imports)).toEqual(undefined_);
  });
});

describe.each([
  { compiler: 'x86_64-w64-mingw32-gcc', bits: 64, machine: 'x64', package: 'x86-64' },
  { compiler: 'i686-w64-mingw32-gcc', bits: 32, machine: 'ia32', package: 'i686' },
])('a plugin for Windows on $machine', ({ compiler, bits, machine, package: name }) => {
  const missing = `needs ${compiler}, and objdump for it: apt install gcc-mingw-w64-${name} binutils`;
  const formats = spawnSync('objdump', ['-i'], { encoding: 'utf8' }).stdout ?? '';
  const ready = available(compiler) && formats.includes(bits === 64 ? 'pei-x86-64' : 'pei-i386');

  test('is read as objdump reads it', ({ skip }) => {
    skip(!ready, missing);
    const path = buildCalculator(compiler, `${machine}.dll`);
    const info = readLibrary(readFileSync(path));
    const seen = dllBy(path);
    expect(info).toMatchObject({ format: 'pe', os: 'win32', machine, bits, endian: 'little' });
    expect(info.findExport('aisopod_plugin_v1')).toBe('function');
    expect(names(info.exports)).toEqual(['aisopod_plugin_v1']);
    expect(seen.exports).toEqual(['aisopod_plugin_v1']);
    expect(seen.imports.length).toBeGreaterThan(10);
    expect(names(info.imports)).toEqual(seen.imports);
    expect(info.needed).toEqual(seen.needed);
  });

  test('is read with data, forwarders, and imports by number', ({ skip }) => {
    skip(!ready, missing);
    const tool = compiler.replace(/gcc$/, 'dlltool');
    writeFileSync(join(folder, 'thing.def'), 'LIBRARY thing.dll\nEXPORTS\n thing @7 NONAME\n');
    run(tool, ['-d', 'thing.def', '-l', `lib${machine}.a`]);
    writeFileSync(
      join(folder, 'full.c'),
      'int thing(void); int table = 3; int run(void) { return thing() + table; }',
    );
    const exported = ' run\n table DATA\n moved = KERNEL32.Sleep\n';
    writeFileSync(join(folder, 'full.def'), `LIBRARY full.dll\nEXPORTS\n${exported}`);
    const path = `full-${machine}.dll`;
    run(compiler, ['-shared', '-o', path, 'full.c', 'full.def', `-L.`, `-l${machine}`]);
    const info = readLibrary(readFileSync(join(folder, path)));
    expect(info.exports).toEqual([
      { name: 'moved', kind: 'other' },
      { name: 'run', kind: 'function' },
      { name: 'table', kind: 'object' },
    ]);
    expect(dllBy(path).exports).toEqual(['moved', 'run', 'table']);
    for (const { name, kind } of info.exports) expect(info.findExport(name)).toBe(kind);
    expect(names(info.imports)).toContain('thing.dll#7');
    expect(info.needed).toContain('thing.dll');
  });

  test('is refused as an executable when it is one', ({ skip }) => {
    skip(!ready, missing);
    writeFileSync(join(folder, 'main.c'), 'int main(void) { return 0; }');
    run(compiler, ['-o', 'main.exe', 'main.c']);
    expect(() => readLibrary(readFileSync(join(folder, 'main.exe')))).toThrow(/executable of Win/);
  });
});
