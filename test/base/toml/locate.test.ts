import fc from 'fast-check';
import { parse } from 'smol-toml';
import { expect, test } from 'vitest';
import type { KeyPath } from '../../../src/base/shape/index.js';
import { locate } from '../../../src/base/toml/index.js';

const at = (text: string, ...path: KeyPath) => {
  const [found] = locate(text, [path]);
  return found && [found.line, found.column];
};

test('a key is found in its table', () => {
  expect(at('[a]\nx = 1\n[b]\n  x = 2', 'b', 'x')).toEqual([4, 3]);
});

test('a table is found at its header', () => {
  expect(at('x = 1\n[ a . b ]', 'a', 'b')).toEqual([2, 7]);
});

test('dotted and quoted keys are followed', () => {
  expect(at('a."b c".\'d\' = 1', 'a', 'b c', 'd')).toEqual([1, 9]);
  expect(at('"\\u0061" = 1', 'a')).toEqual([1, 1]);
});

test('elements of an array are found over several lines and past comments', () => {
  const text = 'a = [ # [not this]\n  "x,]", # ]\n  """\n]""",\n  3 ]';
  expect(at(text, 'a', 1)).toEqual([3, 3]);
  expect(at(text, 'a', 2)).toEqual([5, 3]);
});

test('keys of inline tables are found', () => {
  expect(at('a = { b = { c = 1 }, d = [{ e = 2 }] }', 'a', 'd', 0, 'e')).toEqual([1, 29]);
});

test('each table of an array of tables has its own keys', () => {
  const text = '[[a]]\nx = 1\n[[a]]\nx = 2\n[a.b]\ny = 3';
  expect(at(text, 'a', 0, 'x')).toEqual([2, 1]);
  expect(at(text, 'a', 1, 'x')).toEqual([4, 1]);
  expect(at(text, 'a', 1, 'b', 'y')).toEqual([6, 1]);
});

test('strings that look like headers, comments or quotes are skipped whole', () => {
  const text = `a = '''\n[x]\ny = "'''\nb = "\\"#[x]"\nc = ""\nd = """"quoted""""\nx = 1`;
  expect(at(text, 'x')).toEqual([7, 1]);
});

test('a key that is not there has the position of the table around it', () => {
  expect(at('\n[a]\nx = 1', 'a', 'y')).toEqual([2, 2]);
  expect(at('\n[a]', 'b', 'c')).toEqual([1, 1]);
});

test('line ends of Windows count once', () => {
  expect(at('a = 1\r\n[b]\r\nx = 2\r\n', 'b', 'x')).toEqual([3, 1]);
});

test('any document that the parser takes is scanned to the key at its end', () => {
  const key = fc.oneof(
    fc.stringMatching(/^[A-Za-z0-9_-]{1,8}$/),
    fc.string({ unit: 'binary', maxLength: 6 }).map((s) => JSON.stringify(s)),
    fc.stringMatching(/^'[^'\p{Cc}]{0,6}'$/u),
  );
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom('1', '-1.5e3', 'true', 'inf', '1979-05-27 07:32:00Z', '07:32:00'),
      fc.string({ unit: 'binary' }).map((s) => JSON.stringify(s)),
      fc.constantFrom('""', "''", '"""\na"b""c"""', "'''a''b'''", '"""a"""""', '"\\\\"', "'\\'"),
      fc.array(tie('any')).map((items) => `[ # ]"\n${items.join(' ,\n')} ]`),
      fc
        .array(fc.tuple(key, tie('any')))
        .map((kv) => `{ ${kv.map((e) => e.join(' = ')).join(', ')} }`),
    ),
  })).any as fc.Arbitrary<string>;
  const line = fc.oneof(
    fc.tuple(key, value).map(([k, v]) => `${k} = ${v} # "x`),
    key.map((k) => `[t.${k}]`),
    key.map((k) => `[[l.${k}]]`),
    fc.constant('  \t'),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), fc.boolean(), (lines, windows) => {
      const end = windows ? '\r\n' : '\n';
      const text = [...lines, '[the_last]', '  key = 1'].join('\n').replaceAll('\n', end);
      try {
        parse(text);
      } catch {
        fc.pre(false);
      }
      expect(at(text, 'the_last', 'key')).toEqual([text.split('\n').length, 3]);
    }),
    { seed: 20, numRuns: 1000 },
  );
});
