import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  inheritedFrom,
  type Place,
  placesOf,
  type Seeker,
} from '../../../../src/loaders/native/copies/sibling-places.js';

type Format = Seeker['library']['format'];

/** A library of that format in /plugin/lib, needed in the end by one in /plugin. */
function seeker(format: Format, rpath: string[] = [], runpath: string[] = []): Seeker {
  const library = { format, rpath, runpath };
  return { library, directory: '/plugin/lib', entryDirectory: '/plugin', inherited: [] };
}
/** The same, needed by one that looks in these places. */
const below = (inherited: Place[], each: Seeker): Seeker => ({ ...each, inherited });
const copied = (path: string) => ({ path: join(path), byOrigin: true });
const fixed = (path: string) => ({ path: join(path), byOrigin: false });

describe('on Linux', () => {
  test('$ORIGIN is the directory of the library, in both spellings', () => {
    const paths = ['$ORIGIN', `\${ORIGIN}/../deps`, '/opt/lib', '$ORIGINAL'];
    expect(placesOf('libx.so', seeker('elf', [], paths))).toEqual([
      copied('/plugin/lib/libx.so'),
      copied('/plugin/deps/libx.so'),
      fixed('/opt/lib/libx.so'),
      fixed('$ORIGINAL/libx.so'),
    ]);
  });

  test('a name with a slash is a path, and no directory counts', () => {
    expect(placesOf('$ORIGIN/libx.so', seeker('elf', ['/opt']))).toEqual([
      copied('/plugin/lib/libx.so'),
    ]);
    expect(placesOf('lib/libx.so', seeker('elf', ['/opt']))).toEqual([fixed('lib/libx.so')]);
  });

  test('DT_RPATH counts for what is needed further down, after its own; DT_RUNPATH does not', () => {
    const above = [fixed('/above')];
    const old = below(above, seeker('elf', ['$ORIGIN']));
    expect(inheritedFrom(old)).toEqual([copied('/plugin/lib'), ...above]);
    expect(placesOf('libx.so', old)).toEqual([
      copied('/plugin/lib/libx.so'),
      fixed('/above/libx.so'),
    ]);
    const both = below(above, seeker('elf', ['/ignored'], ['$ORIGIN']));
    expect(inheritedFrom(both)).toEqual(above);
    expect(placesOf('libx.so', both)).toEqual([copied('/plugin/lib/libx.so')]);
  });
});

describe('on macOS', () => {
  test('@loader_path is the directory of the library', () => {
    const each = seeker('macho');
    expect(placesOf('@loader_path/libx.dylib', each)).toEqual([copied('/plugin/lib/libx.dylib')]);
    expect(placesOf('@loader_path/../libx.dylib', each)).toEqual([copied('/plugin/libx.dylib')]);
  });

  test('@rpath is each LC_RPATH, of the library and then of those that need it', () => {
    const paths = ['@loader_path', '@loader_path/../deps', '/opt/lib', '@executable_path/lib'];
    const each = below([copied('/plugin')], seeker('macho', paths));
    expect(placesOf('@rpath/sub/libx.dylib', each)).toEqual([
      copied('/plugin/lib/sub/libx.dylib'),
      copied('/plugin/deps/sub/libx.dylib'),
      fixed('/opt/lib/sub/libx.dylib'),
      copied('/plugin/sub/libx.dylib'),
    ]);
    expect(inheritedFrom(each).at(-1)).toEqual(copied('/plugin'));
  });

  test('a whole path is that path', () => {
    expect(placesOf('/usr/lib/libz.dylib', seeker('macho', ['@loader_path']))).toEqual([
      fixed('/usr/lib/libz.dylib'),
    ]);
  });

  test('what depends on the executable or the working directory is not looked for', () => {
    for (const needed of ['@executable_path/libx.dylib', 'libx.dylib', '@loader_pathx/y']) {
      expect(placesOf(needed, seeker('macho', ['@loader_path']))).toEqual([]);
    }
  });
});

describe('on Windows', () => {
  test('everything is looked up beside the library that is opened, whoever needs it', () => {
    expect(placesOf('helper.dll', seeker('pe'))).toEqual([copied('/plugin/helper.dll')]);
  });

  test('a name is never a path', () => {
    for (const needed of ['..\\x.dll', 'C:x.dll', '../x.dll']) {
      expect(placesOf(needed, seeker('pe'))).toEqual([]);
    }
  });
});
