import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readLibrary } from '../../src/binary/index.js';

const readelf = (...args: string[]) =>
  execFileSync('readelf', ['-W', ...args], { encoding: 'utf8', maxBuffer: 2 ** 28 });
const available = spawnSync('readelf', ['--version']).status === 0;

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

interface Seen {
  exports: string[];
  imports: string[];
  unique: string[];
}

function symbolsBy(path: string): Seen {
  const seen: Seen = { exports: [], imports: [], unique: [] };
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
    if (outside && type !== 'SECTION' && type !== 'FILE') seen.exports.push(name);
    if (binding === 'UNIQUE') seen.unique.push(name);
  }
  return seen;
}

describe.skipIf(!available)('libraries of this system are read as readelf reads them', () => {
  test.each(systemLibraries())('%s', (path) => {
    const info = readLibrary(readFileSync(path));
    const seen = symbolsBy(path);
    expect(info.exports.map(({ name }) => name)).toEqual(seen.exports);
    expect(info.imports.map(({ name }) => name)).toEqual(seen.imports);
    expect(info.uniqueSymbols).toEqual(seen.unique);
    for (const name of seen.exports.slice(0, 200)) expect(info.findExport(name)).not.toBeNull();

    const dynamic = readelf('-d', path);
    const values = (tag: string) =>
      [...dynamic.matchAll(new RegExp(`\\(${tag}\\).*\\[(.*)\\]`, 'g'))].map(([, value]) => value);
    expect(info.needed).toEqual(values('NEEDED'));
    expect(info.soname).toBe(values('SONAME')[0] ?? null);
    expect(info.runpath.join(':')).toBe(values('RUNPATH')[0] ?? '');
  });
});
