import { describe, expect, test } from 'vitest';
import { readYaml, WHOLE } from './foreign-folder.js';

test('a plugin.yaml reads into the model of a TOML manifest', () => {
  const { manifest, errors, warnings, file, dir } = readYaml(`---
# a comment
id: weather
name: The weather
version: "1.10.0"
entry: weather.so
description: |
  Two lines
  of text
author: {name: Ada, email: ada@example.com}
repository: github:ada/weather
keywords: [rain, sun]
requires_version: ">=0.1.0"
required_features:
  - telegram
capabilities:
  network: allow
  filesystem: read-only
provides:
  tools: [forecast, {name: radar, description: Rain now}]
dependencies:
  maps: ^1.0
  geo: {version: "*", optional: true}
config:
  type: object
  properties:
    city: {type: string, default: Paris}
    none: {default: null}
...
`);
  expect({ errors, warnings }).toEqual({ errors: [], warnings: [] });
  expect(manifest).toMatchObject({
    file,
    dir,
    plugin: {
      id: 'weather',
      name: 'The weather',
      version: '1.10.0',
      entry: 'weather.so',
      description: 'Two lines\nof text\n',
      author: 'Ada',
      repository: 'https://github.com/ada/weather',
      keywords: ['rain', 'sun'],
    },
    compatibility: { host: '>=0.1.0', features: ['telegram'] },
    capabilities: { tools: ['forecast', 'radar'], hooks: [] },
    permissions: { network: ['*'], filesystem: { read: ['/'], write: [] }, storage: false },
    config: { defaults: { city: 'Paris', none: null } },
    runtime: { loader: 'native' },
  });
  expect({ ...manifest?.dependencies }).toEqual({
    maps: { range: '^1.0', optional: false, reload: false },
    geo: { range: '*', optional: true, reload: false },
  });
});

test('the name is the id where no id is given', () => {
  const { manifest } = readYaml('name: hello\nversion: 1.0.0\nentry: hello.so\n');
  expect(manifest?.plugin).toMatchObject({ id: 'hello', name: 'hello' });
});

test('all faults are reported at once, with the place and the key that the author wrote', () => {
  const { errors, warnings } = readYaml(`name: My Plugin
version: 1.10
main: ../x.so
minHostVersion: 2
capabilities:
  filesystem: everything
  storage: yes
provides:
  tools: [a b]
runtime: {isolation: strong, jit: yes}
licence: MIT
`);
  expect(errors).toEqual([
    '1:1: name: found "My Plugin", expected an id of 1 to 64 characters a-z 0-9 . _ - that starts with a letter or digit',
    '2:1: version: found the number 1.10, expected a semantic version such as "1.2.3" (quote it: "1.10.0")',
    '3:1: main: found "../x.so", expected a file inside the folder of the plugin, such as "calculator.so" (it would leave the folder)',
    '4:1: minHostVersion: found the number 2, expected a semantic version such as "1.2.3" (quote it: "2.0.0")',
    '6:3: capabilities.filesystem: found "everything", expected "none", "read-only", "read-write", or a table of read and write',
    '9:11: provides.tools[0]: found "a b", expected a name without spaces, at most 128 characters',
    '10:11: runtime.isolation: found "strong", expected one of "none", "process", "sandbox", "wasm", "container"',
    '10:30: runtime.jit: found "yes", expected true or false (write true)',
  ]);
  expect(warnings).toEqual([
    '11:1: licence: found an unknown key, expected `license` (did you mean `license`? The key is ignored)',
  ]);
});

test('what is missing is named as the author would write it', () => {
  expect(readYaml('description: x\n').errors).toEqual([
    expect.stringMatching(/^1:1: id: found nothing, expected an id/),
    expect.stringMatching(/^1:1: version: found nothing, expected a semantic version/),
    expect.stringMatching(/^1:1: entry: found nothing, expected a file/),
  ]);
});

test.each([
  ['a range that is a number', 'requires_version: 1.10', '(quote it: "1.10")'],
  ['an ABI that is a number', 'abi: 1.0', '(quote it: "1.0")'],
  ['a text that is a number', 'name: 5', 'found the number 5'],
  ['an infinity', 'config: {default: .inf}', 'expected a finite number'],
  [
    'an integer that is too large',
    'config: {default: 12345678901234567890}',
    'a double cannot hold',
  ],
])('a number is refused where it loses something: %s', (_, line, message) => {
  expect(readYaml(`${WHOLE}${line}\n`).errors).toEqual([expect.stringContaining(message)]);
});

test('a key without a value says nothing', () => {
  const { manifest } = readYaml(`${WHOLE}author:\nhomepage: ~\ncapabilities:\nprovides: null\n`);
  expect(manifest?.plugin).toMatchObject({ author: null, homepage: null });
});

test.each([
  ['CRLF', WHOLE.replaceAll('\n', '\r\n')],
  ['a byte order mark', `\ufeff${WHOLE}`],
  ['no line end', WHOLE.trimEnd()],
  ['an end of the document', `---\n${WHOLE}...\n`],
  ['quotes', 'id: "hello"\n\'version\': \'1.0.0\'\nentry: "hello.so"\n'],
  ['the form of JSON', '{"id": "hello", "version": "1.0.0", "entry": "hello.so"}'],
  ['%YAML 1.1', `%YAML 1.1\n---\n${WHOLE}name: no\n`],
  ['an alias', 'id: &id hello\nversion: 1.0.0\nentry: hello.so\nname: *id\n'],
  ['tags of YAML itself', 'id: !!str hello\nversion: !!str 1.0.0\nentry: hello.so\n'],
  ['keys for tools', `${WHOLE}x-editor: 5\n`],
])('YAML may have %s', (_, text) => {
  const { manifest, errors, warnings } = readYaml(text);
  expect({ errors, warnings, id: manifest?.plugin.id }).toEqual({
    errors: [],
    warnings: [],
    id: 'hello',
  });
});

describe('what TOML could not say is refused', () => {
  test.each([
    [
      'a key twice',
      `${WHOLE}id: other\n`,
      '4:1: id: found a key that stands above already, expected each key once',
    ],
    [
      'a key twice within',
      `${WHOLE}provides: {tools: [], tools: []}\n`,
      '4:23: provides.tools: found a key that',
    ],
    [
      'a tag of its own',
      'id: !plugin hello\n',
      '1:13: id: found the tag "!plugin", expected a value without a tag',
    ],
    [
      'bytes',
      `${WHOLE}config: {default: !!binary aGk=}\n`,
      'found the tag "tag:yaml.org,2002:binary"',
    ],
    [
      'code',
      `${WHOLE}config: !!js/function "x"\n`,
      'found the tag "tag:yaml.org,2002:js/function"',
    ],
    [
      'a merge key',
      `base: &b {id: x}\n<<: *b\n${WHOLE}`,
      '2:1: found a merge key, expected the keys themselves',
    ],
    [
      'an alias to nothing',
      'id: *nothing\n',
      '1:5: id: found the alias *nothing, expected an anchor',
    ],
    ['a key that is a list', `${WHOLE}? [a]\n: b\n`, '4:3: found a key that is not text'],
    ['a key that is nothing', `${WHOLE}: b\n`, 'found a key that is not text'],
    [
      'several documents',
      `${WHOLE}---\nid: other\n`,
      '4:1: found a second document, expected one document',
    ],
    ['an empty second document', `${WHOLE}---\n`, '4:1: found a second document'],
    ['a list', '- hello\n', '1:1: found an array, expected keys with values'],
    ['a text', 'hello\n', '1:1: found "hello", expected keys with values'],
    ['nothing', '', '1:1: found nothing, expected keys with values'],
    ['only a comment', '# x\n', '1:1: found nothing, expected keys with values'],
  ])('%s', (_, text, message) => {
    const { errors, manifest } = readYaml(text);
    expect(manifest).toBeNull();
    expect(errors).toEqual(expect.arrayContaining([expect.stringContaining(message)]));
  });
});

test.each([
  [
    'a tab',
    'provides:\n\ttools: []\n',
    '2:1: found a syntax error: tabs are not allowed as indentation, expected YAML (indent with spaces',
  ],
  ['a colon in text', 'description: a: b\n', '(write text with a colon in quotes'],
  ['TOML', '[plugin]\nid = "x"\n', 'this looks like TOML, which belongs into aisopod.plugin.toml'],
  ['an open quote', 'id: "x\n', 'a character that closes or separates is missing'],
  ['an at sign', 'author: @ada\n', 'write text with such characters in quotes'],
  ['a backslash', 'entry: "C:\\x"\n', 'a backslash begins an escape'],
])('a fault of the syntax says what to write: %s', (_, text, message) => {
  expect(readYaml(text).errors).toEqual([expect.stringContaining(message)]);
});

test('bytes that are not UTF-8 and UTF-16 are named as such', () => {
  expect(readYaml(Buffer.from([0x69, 0xff, 0x0a])).errors).toEqual([
    expect.stringContaining('1:2: found bytes that are not UTF-8'),
  ]);
  expect(readYaml(Buffer.from('\ufeffid: x', 'utf16le')).errors).toEqual([
    expect.stringContaining('it looks like UTF-16'),
  ]);
});

test('keys of the prototype are keys like any other', () => {
  const { warnings } = readYaml(`${WHOLE}__proto__: {id: x}\nconstructor: 1\n`);
  expect(warnings).toEqual([
    expect.stringContaining('__proto__: found an unknown key'),
    expect.stringContaining('constructor: found an unknown key'),
  ]);
});

describe('a hostile text ends in a fault', () => {
  const laughs = ['a: &a0 [x, x, x, x, x, x, x, x, x, x]'];
  for (let i = 1; i < 10; i++) laughs.push(`b${i}: &a${i} [${`*a${i - 1}, `.repeat(9)}*a${i - 1}]`);
  const long = `a: &a ${'x'.repeat(30_000)}\nb: [${'*a, '.repeat(5000)}]\n`;
  test.each([
    [
      'a billion laughs',
      `${laughs.join('\n')}\n${WHOLE}`,
      'found too much, with all that aliases repeat',
    ],
    [
      'a long text again and again',
      `${WHOLE}${long}`,
      'found too much, with all that aliases repeat',
    ],
    ['an alias to itself', `${WHOLE}config: &a {b: *a}\n`, 'found more than 32 levels of nesting'],
    ['a list of itself', `${WHOLE}config: &a [*a, *a]\n`, 'found'],
    ['deep lists', `a: ${'['.repeat(30_000)}`, 'found too many levels of nesting'],
    ['deep tables', `a: ${'{'.repeat(30_000)}`, 'found too many levels of nesting'],
    ['deep lists of lines', '- '.repeat(30_000), 'found too many levels of nesting'],
    [
      'levels that the parser takes',
      `${WHOLE}x-a: ${'['.repeat(40)}${']'.repeat(40)}`,
      'found more than 32 levels',
    ],
    [
      'many keys',
      Array.from({ length: 11_000 }, (_, i) => `k${i}:`).join('\n'),
      'found a larger file',
    ],
    ['a large file', `#${' '.repeat(70_000)}`, 'found a larger file, expected at most 65536 bytes'],
  ])('%s', (_, text, message) => {
    const { errors, manifest } = readYaml(text);
    expect(manifest).toBeNull();
    expect(errors.join('\n')).toContain(message);
    expect(errors.length).toBeLessThan(300);
  });
});
