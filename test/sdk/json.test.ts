import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { INCLUDE, temporaryFolder } from '../support/compile-library.js';
import { rounds } from '../support/rounds.js';

vi.setConfig({ testTimeout: 120_000 }); // compilers, on a machine that may be busy

const SOURCE = fileURLToPath(new URL('json_probe.c', import.meta.url));
const WARNINGS = ['-Wall', '-Wextra', '-Wpedantic', '-Wconversion', '-Wshadow', '-Werror'];
const SANITIZERS = ['-fsanitize=address,undefined', '-fno-sanitize-recover=all'];

/** Compiles the probe into `program`. */
function compileProbe(program: string, command: string, flags: readonly string[]): string {
  const args = ['-O2', '-g', ...WARNINGS, ...flags, '-I', INCLUDE, SOURCE, '-o', program];
  execFileSync(command, args, { stdio: 'pipe' });
  return program;
}

/** The same, with sanitizers where the system has them. */
function compileChecked(program: string): string {
  try {
    return compileProbe(program, 'cc', ['-std=c99', ...SANITIZERS]);
  } catch {
    return compileProbe(program, 'cc', ['-std=c99']);
  }
}

const folder = temporaryFolder();
const probe = compileChecked(join(folder, 'probe'));

/** What the probe makes of each text, in one run. */
function ask(texts: readonly (string | Uint8Array)[], ...mode: string[]): string[] {
  const input = texts.map((text) => Buffer.from(text as string).toString('hex'));
  const output = execFileSync(probe, mode, { input: `${input.join('\n')}\n`, encoding: 'utf8' });
  return output.split('\n').slice(0, texts.length);
}

/** JSON.parse and back; half of a surrogate pair is U+FFFD, as it is in UTF-8. */
const parsed = (text: string): string => {
  try {
    return JSON.stringify(JSON.parse(text)).replace(/\\\\|\\ud[89a-f][0-9a-f]{2}/g, (found) =>
      found === '\\\\' ? found : '\ufffd',
    );
  } catch {
    return 'refused';
  }
};

/** What the reader and the writer of C make of a text, in the words of JSON.parse. */
const echoed = (texts: readonly string[]): string[] =>
  ask(texts, 'echo').map((line) => (line === 'refused' ? line : parsed(line)));

const DOCUMENT =
  ' {"a" : [1, -0.5e+3, true, false,null, "x\\n\\u00e9\\ud83d\\ude00"], "b":{"":{}}, "c":[] } ';

describe('reading', () => {
  test('agrees with JSON.parse on any JSON value', () => {
    const texts = fc.sample(fc.json({ stringUnit: 'binary' }), {
      numRuns: rounds(500, 50),
      seed: 1,
    });
    expect(echoed(texts)).toEqual(texts.map(parsed));
  });

  test('agrees with JSON.parse on what may or may not be JSON', () => {
    const letters = '{{}}[[]]"":,,\\u0012e9.-+ \n\ttruefalsenull';
    const pieces = fc.string({ unit: fc.constantFrom(...letters), maxLength: 12 });
    const texts = fc.sample(pieces, { numRuns: rounds(3000, 300), seed: 2 });
    expect(echoed(texts)).toEqual(texts.map(parsed));
  });

  test('refuses a text that is cut short, wherever', () => {
    const texts = Array.from(DOCUMENT.trimEnd(), (_, end) => DOCUMENT.slice(0, end));
    expect(new Set(echoed(texts))).toEqual(new Set(['refused']));
    expect(echoed([DOCUMENT])).toEqual([parsed(DOCUMENT)]);
  });

  test('agrees with JSON.parse when one character is another', () => {
    const texts = Array.from(DOCUMENT).flatMap((_, at) =>
      ['"', '\\', ',', '}', ']', '0', 'u', ' ', '\0', '\x1f'].map(
        (other) => DOCUMENT.slice(0, at) + other + DOCUMENT.slice(at + 1),
      ),
    );
    expect(echoed(texts)).toEqual(texts.map(parsed));
  });

  test.each([
    ['', 'refused'],
    [' ', 'refused'],
    ['01', 'refused'],
    ['-', 'refused'],
    ['1.', 'refused'],
    ['.5', 'refused'],
    ['1e', 'refused'],
    ['+1', 'refused'],
    ['NaN', 'refused'],
    ['[1,]', 'refused'],
    ['{"a":1,}', 'refused'],
    ['{"a"}', 'refused'],
    ['{a:1}', 'refused'],
    ['[1}', 'refused'],
    ['1 2', 'refused'],
    ['\ufeff1', 'refused'],
    ["'a'", 'refused'],
    ['"\\x41"', 'refused'],
    ['"\\u12g4"', 'refused'],
    ['"\\', 'refused'],
    ['"\t"', 'refused'],
    ['1e999', 'null'],
    ['-1e-999', '0'],
    ['"\\ud83d"', '"\ufffd"'],
    ['"\\ude00\\ud83d"', '"\ufffd\ufffd"'],
    ['"\\ud83d\\u0041"', '"\ufffdA"'],
    ['"\\ud83d\\ud83d\\ude00"', '"\ufffd😀"'],
  ])('reads %j as %s', (text, expected) => {
    expect(echoed([text])).toEqual([expected]);
  });

  test('goes 512 levels deep and refuses what is deeper', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
    expect(echoed([nested(512)])).toEqual([nested(512)]);
    expect(echoed([nested(513), '[{"a":'.repeat(50_000)])).toEqual(['refused', 'refused']);
  });
});

describe('a member of an object', () => {
  test('is found by its unescaped key', () => {
    const texts = ['{"na\\u006de":1}', '{"x":{"name":2},"name":[3]}', '{"name2":1,"nam":2}'];
    expect(ask(texts, 'get', 'name')).toEqual(['1', '[3]', 'none']);
  });

  test('is the last one when a key stands there twice', () => {
    expect(ask(['{"a":1,"a":2}'], 'get', 'a')).toEqual(['2']);
  });

  test('is not found in what is no object', () => {
    expect(ask(['["a"]', '"a"', '1', 'null', '{}'], 'get', 'a')).toEqual(Array(5).fill('none'));
  });
});

describe('unescaped text', () => {
  test('fits if its terminator does', () => {
    expect(ask(['"abc"', '"\\u00e9b"'], 'text', '4')).toEqual(['616263', 'c3a962']);
    expect(ask(['"abcd"', '"😀"', '12'], 'text', '4')).toEqual(['none', 'none', 'none']);
    expect(ask(['""'], 'text', '1')).toEqual(['']);
  });

  test('may contain a NUL, which its length tells', () => {
    expect(ask(['"a\\u0000b"'], 'text', '9')).toEqual(['610062']);
  });
});

describe('writing', () => {
  test('escapes what JSON does not allow in a string', () => {
    const texts = fc.sample(fc.string({ unit: 'binary' }), { numRuns: rounds(300, 50), seed: 3 });
    const all = [...texts, '"\\/\b\f\n\r\t\0\x1f\x7f\u2028'];
    expect(ask(all, 'escape').map((line) => JSON.parse(line))).toEqual(all);
  });

  test.each([
    [[0x61, 0xff, 0x62], 'a\ufffdb'],
    [[0xc3], '\ufffd'],
    [[0xc0, 0x80], '\ufffd\ufffd'],
    [[0xe0, 0x80, 0x80], '\ufffd\ufffd\ufffd'],
    [[0xed, 0xa0, 0x80], '\ufffd\ufffd\ufffd'],
    [[0xf4, 0x90, 0x80, 0x80], '\ufffd\ufffd\ufffd\ufffd'],
    [[0xf0, 0x9f, 0x98], '\ufffd\ufffd\ufffd'],
    [[0xf0, 0x9f, 0x98, 0x80], '😀'],
  ])('replaces what is no UTF-8: %j', (bytes, expected) => {
    expect(JSON.parse(ask([Uint8Array.from(bytes)], 'escape')[0] ?? '')).toBe(expected);
  });

  test('gives a number the fewest digits that read back the same', () => {
    const numbers = [
      ...fc.sample(fc.double(), { numRuns: rounds(2000, 200), seed: 4 }),
      ...[0.1, 0.3, 5e-324, 1.7976931348623157e308, 1e21, 1e15, 2 ** 53, 123456789.5, 100, -7],
    ];
    const lines = ask(
      numbers.map((number) => new Uint8Array(Float64Array.of(number).buffer)),
      'double',
    );
    expect(lines.map((line) => JSON.parse(line) ?? Number.NaN)).toEqual(
      numbers.map((number) => (Number.isFinite(number) ? number : Number.NaN)),
    );
    const digits = (text: string) => text.replace(/e.*|[-.]/g, '').replace(/^0+|0+$/g, '').length;
    for (const [at, line] of lines.entries()) {
      if (line !== 'null') expect(digits(line)).toBeLessThanOrEqual(digits(String(numbers[at])));
    }
  });
});

test.each([
  ['c11', 'cc', ['-std=c11']],
  ['c17', 'cc', ['-std=c17']],
  ['c++11', 'c++', ['-x', 'c++', '-std=c++11']],
  ['c++20', 'c++', ['-x', 'c++', '-std=c++20']],
])('compiles as %s without a warning', (name, command, flags) => {
  expect(() => compileProbe(join(folder, name), command, flags)).not.toThrow();
});
