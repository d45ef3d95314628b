import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readLibrary } from '../../../src/packages/binary/index.js';

const readelf = (...args: string[]) =>
  execFileSync('readelf', ['-W', ...args], { encoding: 'utf8', maxBuffer: 2 ** 28 });
const has = (tool: string) => spawnSync(tool, ['--version']).status === 0;

/** Up to 25 libraries of this system, large and small. */
function systemLibraries(): string[] {
  const folders = [
    '/lib',
    '/usr/lib',
    `/usr/lib/${process.arch === 'x64' ? 'x86_64' : 'aarch64'}-linux-gnu`,
  ];
  const all = folders.flatMap((folder) => {
    try {
      const names = readdirSync(folder).filter((name) => /\.so(\.\d+)*$/.test(name));
      return names.map((name) => realpathSync(join(folder, name)));
    } catch {
      return [];
    }
  });
  const elf = [...new Set(all)].filter((path) => {
    const { size } = statSync(path);
    return size < 4e6 && readFileSync(path).subarray(0, 4).toString('latin1') === '\x7fELF';
  });
  const step = Math.max(1, Math.floor(elf.length / 25));
  return elf.filter((_path, i) => i % step === 0).slice(0, 25);
}

const KINDS: Readonly<Record<string, string>> = {
  FUNC: 'function',
  IFUNC: 'function',
  OBJECT: 'object',
  TLS: 'tls',
};

interface Seen {
  exports: string[];
  kinds: string[];
  imports: string[];
  unique: string[];
}

function symbolsBy(path: string): Seen {
  const seen: Seen = { exports: [], kinds: [], imports: [], unique: [] };
  for (const line of readelf('--dyn-syms', path).split('\n')) {
    const fields = line.trim().split(/\s+/);
    if (!/^\d+:$/.test(fields[0] ?? '')) continue;
    const [, , , type, binding, visibility, section, versioned] = fields;
    const name = versioned?.replace(/@.*$/, '') ?? '';
    if (section === 'UND') {
      if (name !== '') seen.imports.push(name);
      continue;
    }
    const outside = binding !== 'LOCAL' && (visibility === 'DEFAULT' || visibility === 'PROTECTED');
    if (outside && type !== 'SECTION' && type !== 'FILE') {
      seen.exports.push(name);
      seen.kinds.push(KINDS[type ?? ''] ?? 'other');
    }
    if (binding === 'UNIQUE') seen.unique.push(name);
  }
  return seen;
}

describe.skipIf(!has('readelf'))('libraries of this system are read as readelf reads them', () => {
  test.each(systemLibraries())('%s', (path) => {
    const info = readLibrary(readFileSync(path));
    const seen = symbolsBy(path);
    expect(info.exports.map(({ name }) => name)).toEqual(seen.exports);
    expect(info.exports.map(({ kind }) => kind)).toEqual(seen.kinds);
    expect(info.imports.map(({ name }) => name)).toEqual(seen.imports);
    expect(info.uniqueSymbols.map(({ name }) => name)).toEqual(seen.unique);
    for (const name of seen.exports.slice(0, 200)) expect(info.findExport(name)).not.toBeNull();

    const dynamic = readelf('-d', path);
    const values = (tag: string) =>
      [...dynamic.matchAll(new RegExp(`\\(${tag}\\).*\\[(.*)\\]`, 'g'))].map(([, value]) => value);
    expect(info.needed).toEqual(values('NEEDED'));
    expect(info.soname).toBe(values('SONAME')[0] ?? null);
    expect(info.runpath.join(':')).toBe(values('RUNPATH')[0] ?? '');
    expect(info.rpath.join(':')).toBe(values('RPATH')[0] ?? '');
  });
});

const other = has('nm') && has('objdump');
describe.skipIf(!other)('libraries of this system are read as nm and objdump read them', () => {
  const lines = (tool: string, ...args: string[]) =>
    execFileSync(tool, args, { encoding: 'utf8', maxBuffer: 2 ** 28 }).split('\n');

  test.each(systemLibraries().slice(0, 10))('%s', (path) => {
    const info = readLibrary(readFileSync(path));
    const undefined_ = lines('nm', '-D', '--undefined-only', '--without-symbol-versions', path)
      .map((line) => line.trim().split(/\s+/))
      .filter(([kind]) => kind !== '')
      .map(([kind, name]) => ({ name, weak: kind === 'w' || kind === 'v' }));
    const byName = (a: { name: string | undefined }, b: { name: string | undefined }) =>
      (a.name ?? '') < (b.name ?? '') ? -1 : 1;
    expect([...info.imports].sort(byName)).toEqual(undefined_.sort(byName));
    const needed = lines('objdump', '-p', path)
      .map((line) => /^\s+NEEDED\s+(\S+)/.exec(line)?.[1])
      .filter(Boolean);
    expect(info.needed).toEqual(needed);
  });
});
