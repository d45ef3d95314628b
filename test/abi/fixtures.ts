import { fileURLToPath } from 'node:url';
import { INCLUDE } from '../support/compile-library.js';

const fromRoot = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** A file of test/native/abi. */
export const fixture = (name: string) => fromRoot(`test/native/abi/${name}`);

/** A file of docs. */
export const page = (name: string) => fromRoot(`docs/${name}`);

export const HEADER = `${INCLUDE}/aisopod/plugin.h`;
export const INLINE_HEADER = `${INCLUDE}/aisopod/plugin_inline.h`;

/** Every warning that the header itself bears; the fixtures are written to bear them too. */
export const STRICT = [
  ...['-Wall', '-Wextra', '-Wpedantic', '-Wpadded', '-Wconversion', '-Wsign-conversion'],
  ...['-Wshadow', '-Wundef', '-Wcast-qual', '-Wcast-align', '-Wwrite-strings'],
  ...['-Wdouble-promotion', '-Wformat=2', '-Werror'],
];
export const STRICT_C = [
  ...['-Wstrict-prototypes', '-Wmissing-prototypes', '-Wdeclaration-after-statement'],
  '-Wc++-compat',
];
export const STRICT_CXX = [
  ...['-Wold-style-cast', '-Wzero-as-null-pointer-constant', '-Wnon-virtual-dtor'],
];

/** What a careful author of a plugin compiles with. */
export const AUTHOR = [
  ...['-Wall', '-Wextra', '-Wpedantic', '-Wconversion', '-Wsign-conversion', '-Wshadow'],
  ...['-Wundef', '-Werror'],
];

/** The layout of one struct or member, as a golden file gives it. */
export interface Row {
  readonly struct: string;
  /** "-" stands for the whole struct. */
  readonly member: string;
  readonly offset: number;
  readonly size: number;
}

export function rows(golden: string): Row[] {
  return golden
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [struct = '', member = '', offset, size] = line.split('\t');
      return { struct, member, offset: Number(offset), size: Number(size) };
    });
}
