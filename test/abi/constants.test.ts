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
  LogLevel,
  PluginFlag,
  RegistrationFlag,
  ShutdownReason,
  Status,
} from '../../src/abi/index.js';
import { CallWants, RequestFlag } from '../../src/abi/messages.js';
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

/** An object with its keys in small letters. */
const small = (object: Record<string, number>) =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key.toLowerCase(), value]));

test('the statuses are those of plugin.h', () => {
  expect(Status).toEqual({
    OK: Number(header.AISOPOD_OK),
    PENDING: Number(header.AISOPOD_PENDING),
    ...numbers('AISOPOD_E_'),
  });
});

test('the flags are those of plugin.h', () => {
  // AISOPOD_F_CONTROL is for posts, which JavaScript never sees.
  const { CONTROL: _, ...ofRegistrations } = numbers('AISOPOD_F_');
  expect(RegistrationFlag).toEqual(ofRegistrations);
  expect(PluginFlag).toEqual(numbers('AISOPOD_PLUGIN_'));
  expect(CallWants).toEqual(small(numbers('AISOPOD_CALL_')));
  expect(RequestFlag).toEqual(numbers('AISOPOD_REQUEST_'));
});

test('the levels of the log are those of plugin.h', () => {
  expect(LogLevel).toEqual(numbers('AISOPOD_LOG_'));
});

test('the reasons of a shutdown are those of plugin.h', () => {
  expect(ShutdownReason).toEqual(small(numbers('AISOPOD_SHUTDOWN_')));
});

test('every number of plugin.h is compared', () => {
  const text = readFileSync(join(INCLUDE, 'aisopod/plugin.h'), 'utf8');
  const families =
    /^#define (AISOPOD_(?:OK|PENDING|(?:E|F|CALL|LOG|PLUGIN|REQUEST|SHUTDOWN)_\w+)) +\(?[-0]?/gm;
  const names = [...text.matchAll(families)].map(([, name]) => name as string);
  expect(names.length).toBeGreaterThan(30);
  expect(names.filter((name) => !(name in header))).toEqual([]);
});

test('the kinds are those of plugin.h', () => {
  const kinds = Object.entries(header).filter(([name]) => name.startsWith('AISOPOD_KIND_'));
  expect(KINDS).toEqual(kinds.map(([, value]) => value));
});

test('the face of the folder does not import koffi', () => {
  const face = readFileSync(new URL('../../src/abi/index.ts', import.meta.url), 'utf8');
  expect(face).not.toContain('layout');
});
