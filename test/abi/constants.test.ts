import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import {
  ABI_MAJOR,
  ABI_MINOR,
  ENTRY_SYMBOL,
  KINDS,
  PluginFlag,
  RegistrationFlag,
  Status,
} from '../../src/abi/index.js';
import { INCLUDE, temporaryFolder } from '../support/compile-library.js';

const program = join(temporaryFolder(), 'constants');
const source = fileURLToPath(new URL('../native/abi/constants.c', import.meta.url));
execFileSync('cc', ['-I', INCLUDE, '-o', program, source]);
const header = Object.fromEntries(
  execFileSync(program, { encoding: 'utf8' })
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t') as [string, string]),
);

/** The constants of the header that begin with `prefix`, under the rest of their name. */
const numbers = (prefix: string) =>
  Object.fromEntries(
    Object.entries(header)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, value]) => [name.slice(prefix.length), Number(value)]),
  );

test('the versions are those of plugin.h', () => {
  expect(String(ABI_MAJOR)).toBe(header.AISOPOD_ABI_MAJOR);
  expect(String(ABI_MINOR)).toBe(header.AISOPOD_ABI_MINOR_MAX);
  expect(ENTRY_SYMBOL).toBe(header.AISOPOD_ENTRY_STRING);
});

test('the statuses are those of plugin.h', () => {
  expect(Status).toEqual({ OK: Number(header.AISOPOD_OK), ...numbers('AISOPOD_E_') });
});

test('every status of plugin.h is compared', () => {
  const text = readFileSync(join(INCLUDE, 'aisopod/plugin.h'), 'utf8');
  const names = [...text.matchAll(/^ {2}AISOPOD_E_(\w+) +=/gm)].map(([, name]) => name);
  expect(Object.keys(Status)).toEqual(['OK', ...names]);
});

test('the flags are those of plugin.h', () => {
  expect(RegistrationFlag).toEqual(numbers('AISOPOD_F_'));
  expect(PluginFlag).toEqual(numbers('AISOPOD_PLUGIN_'));
});

test('the kinds are those of plugin.h', () => {
  const kinds = Object.entries(header).filter(([name]) => name.startsWith('AISOPOD_KIND_'));
  expect(KINDS).toEqual(kinds.map(([, value]) => value));
});

test('the face of the folder does not import koffi', () => {
  const face = readFileSync(new URL('../../src/abi/index.ts', import.meta.url), 'utf8');
  expect(face).not.toContain('layout');
});
