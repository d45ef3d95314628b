import fc from 'fast-check';
import { parse, stringify } from 'smol-toml';
import { describe, expect, test } from 'vitest';
import { editToml } from '../../../src/base/toml/edit.js';
import { rounds } from '../../support/rounds.js';

const set = (text: string, path: string, value: unknown, table = 2) =>
  editToml(text, { path: path.split('.'), value, table });
const unset = (text: string, path: string) => set(text, path, undefined);

const UGLY = `# top\r
\r
[plugins]   # all\r
\t [plugins.calc]\t# calc   \r
\t  a   =   1   # one   \r
  "b c" = 'lit # no comment' \r
\t# tail\r
  list = [ 1, # x\r
\t 2, ]   # y\r
  text = """\r
a = 5 # no key\r
"""\r
[plugins.settings]\r
strict=true# z\r
`;

describe('setting', () => {
  test.each([
    ['a', 7, '=   1   #', '=   7   #'],
    ['b c', 'x', "'lit # no comment'", '"x"'],
    ['list', [], '[ 1, # x\r\n\t 2, ]', '[]'],
    ['text', 'z', '"""\r\na = 5 # no key\r\n"""', '"z"'],
  ])('the value of a key that is there changes that value alone: %s', (key, value, from, to) => {
    expect(editToml(UGLY, { path: ['plugins', 'calc', key], value, table: 2 })).toBe(
      UGLY.replace(from, to),
    );
  });

  test('a new key stands at the end of its table, like the others', () => {
    expect(set(UGLY, 'plugins.calc.new', true)).toBe(
      UGLY.replace('no key\r\n"""\r\n', 'no key\r\n"""\r\n  new = true\r\n'),
    );
  });

  test.each([
    ['', '[plugins.calc]\na = 1\n'],
    ['# only this\n', '# only this\n\n[plugins.calc]\na = 1\n'],
    ['x = 1', 'x = 1\n\n[plugins.calc]\na = 1\n'],
    ['[plugins.other]\nx = 1 # x\n', '[plugins.other]\nx = 1 # x\n\n[plugins.calc]\na = 1\n'],
    ['[plugins.calc]', '[plugins.calc]\na = 1'],
    ['[plugins.calc] # c\n\n\n[trust]\n', '[plugins.calc] # c\na = 1\n\n\n[trust]\n'],
    ['[plugins]\ncalc.b = 2\nz = {}\n', '[plugins]\ncalc.b = 2\ncalc.a = 1\nz = {}\n'],
    ['plugins.calc.b = 2 # b\n[trust]\n', 'plugins.calc.b = 2 # b\nplugins.calc.a = 1\n[trust]\n'],
    ['plugins = { calc = { b = 2 } }\n', 'plugins = { calc = { b = 2, a = 1 } }\n'],
    ['plugins = { calc = {} }\n', 'plugins = { calc = { a = 1 } }\n'],
    ['plugins = {}\n', 'plugins = { calc.a = 1 }\n'],
    ['[plugins]\ncalc = {b = 2} # c\n', '[plugins]\ncalc = {b = 2, a = 1} # c\n'],
    ['[plugins.calc.sub]\nx = 1\n', '[plugins.calc.sub]\nx = 1\n\n[plugins.calc]\na = 1\n'],
    ['[[plugins.calc.l]]\nx = 1\n', '[[plugins.calc.l]]\nx = 1\n\n[plugins.calc]\na = 1\n'],
    ['[plugins . "calc"]\nb = 1\n', '[plugins . "calc"]\nb = 1\na = 1\n'],
  ])('where there is no such key: %j', (text, expected) => {
    expect(set(text, 'plugins.calc.a', 1)).toBe(expected);
  });

  test.each([
    ['a = 1\n', 'b', 'a = 1\nb = 2\n'],
    ['# c\n', 'b', '# c\nb = 2\n'],
    ['[sub]\nx = 1\n', 'b', 'b = 2\n[sub]\nx = 1\n'],
    ['[sub]\nx = 1\n', 'sub.b', '[sub]\nx = 1\nb = 2\n'],
    ['sub.x = 1\n', 'sub.b', 'sub.x = 1\nsub.b = 2\n'],
    ['', 'sub.b', 'sub.b = 2\n'],
  ])('in a file that is one table: %j', (text, path, expected) => {
    expect(set(text, path, 2, 0)).toBe(expected);
  });

  test('what a value is written as, is read as it', () => {
    const value = { 'a.b': ['\u007f"\\\n', 1.5, -0.1, 1e21, true, {}], ü: { x: [] } };
    const text = set('', 'plugins.calc.a', value) ?? '';
    expect(parse(text)).toEqual({ plugins: { calc: { a: value } } });
  });

  test.each([
    ['[plugins.calc.a]\nx = 1\n', 'plugins.calc.a', 1],
    ['[plugins.calc]\na = 1\n', 'plugins.calc.a.b', 1],
    ['[[plugins.calc]]\na = 1\n', 'plugins.calc.b', 1],
    ['plugins = 5\n', 'plugins.calc.b', 1],
    ['', 'plugins.calc.b', '\ud800'],
  ])('is refused where it would damage something: %j, %s', (text, path, value) => {
    expect(set(text, path, value)).toBeNull();
  });
});

describe('unsetting', () => {
  test.each([
    ['a', '\t  a   =   1   # one   \r\n'],
    ['list', '  list = [ 1, # x\r\n\t 2, ]   # y\r\n'],
    ['text', '  text = """\r\na = 5 # no key\r\n"""\r\n'],
  ])('takes the lines of the key, and nothing else: %s', (key, lines) => {
    expect(unset(UGLY, `plugins.calc.${key}`)).toBe(UGLY.replace(lines, ''));
  });

  test.each([
    ['plugins = { calc = { a = 1, b = 2 } }\n', 'plugins = { calc = { b = 2 } }\n'],
    ['plugins = { calc = { b = 2, a = 1 } }\n', 'plugins = { calc = { b = 2 } }\n'],
    ['plugins = { calc = { a = 1 } }\n', 'plugins = { calc = {  } }\n'],
    ['plugins.calc.a = 1\nplugins.calc.b = 2', 'plugins.calc.b = 2'],
    ['[plugins.calc]\nb = 2\na = 1', '[plugins.calc]\nb = 2\n'],
    ['[plugins.calc.a]\nx = 1 # x\n# kept\n[trust]\n', '# kept\n[trust]\n'],
    ['[plugins.calc]\na.x = 1\nb = 1\na.y = 1\n', '[plugins.calc]\nb = 1\n'],
    ['[[plugins.calc.a]]\nx = 1\n[[plugins.calc.a]]\ny = 1\n', ''],
  ])('wherever it stands: %j', (text, expected) => {
    expect(unset(text, 'plugins.calc.a')).toBe(expected);
  });

  test('of what is not there is refused', () => {
    expect(unset('[plugins.calc]\nb = 1\n', 'plugins.calc.a')).toBeNull();
  });
});

test('whatever the document, an edit says what it should and takes no comment', () => {
  const key = fc.constantFrom('a', 'b', 'c d', 'é');
  const scalar = fc.oneof(
    fc.integer(),
    fc.boolean(),
    fc.string(),
    fc.constantFrom('#', '"', "'", '\n'),
  );
  const { table } = fc.letrec<{ table: object; value: unknown }>((tie) => ({
    table: fc.dictionary(key, tie('value'), { maxKeys: 4 }),
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      scalar,
      fc.array(scalar, { maxLength: 3 }),
      tie('table'),
      fc.array(tie('table'), { maxLength: 2 }),
    ),
  }));
  const path = fc.array(key, { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(table, path, fc.option(scalar, { nil: undefined }), (document, keys, value) => {
      const lines = stringify(document as Record<string, unknown>).split('\n');
      const text = lines.map((line) => (/^\[/.test(line) ? `${line} # why` : line)).join('\n');
      const edited = editToml(text, { path: keys, value, table: 0 });
      if (edited === null) return;
      const comments = (each: string) => each.split('# why').length;
      if (value !== undefined) expect(comments(edited)).toBe(comments(text));
      let here: unknown = parse(edited);
      for (const each of keys) here = (here as Record<string, unknown> | undefined)?.[each];
      expect(here).toEqual(value);
    }),
    { numRuns: rounds(300, 50) },
  );
});
