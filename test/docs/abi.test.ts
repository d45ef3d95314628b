import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Status } from '../../src/abi/index.js';
import {
  FUNCTION_TYPES,
  headerText,
  INLINES,
  inlineText,
  MACROS,
  SCALARS,
  STRUCTS,
} from '../abi/declarations.js';
import { fixture, rows } from '../abi/fixtures.js';
import { DOCS } from './schemas.js';

const PAGE = `${DOCS}/reference/abi.md`;
const page = readFileSync(PAGE, 'utf8');
const sections = page.split(/^(?=#{1,3} )/m);

const oneLine = (text: string) => text.replace(/\s+/g, ' ').trim();
const tagsOf = (text: string) =>
  [...new Set(Array.from(text.matchAll(/\[\w+\](?!\()/g), ([tag]) => tag))].sort();

/** The section under the heading that is this name alone. */
function sectionOf(name: string): string {
  const found = sections.filter((section) => section.startsWith(`### \`${name}\`\n`));
  expect(found, name).toHaveLength(1);
  return found[0] ?? '';
}

/** The words in backticks in the first column of the first table. */
function firstColumn(section: string): string[] {
  const table = /(?:^\|.*\n)+/m.exec(section)?.[0].split('\n').slice(2) ?? [];
  return table.flatMap((row) =>
    Array.from((row.split('|')[1] ?? '').matchAll(/`(\w+)`/g), ([, name = '']) => name),
  );
}

const sizes = (bits: 64 | 32) =>
  new Map(
    rows(readFileSync(fixture(`layout-${bits}.golden`), 'utf8'))
      .filter(({ member }) => member === '-')
      .map(({ struct, size }) => [struct, size]),
  );

describe('the struct', () => {
  const [wide, narrow] = [sizes(64), sizes(32)];

  test.each(STRUCTS)('$name has its size and its members, in order', (struct) => {
    const line = `\`${struct.name}\`: ${wide.get(struct.name)} bytes, ${narrow.get(struct.name)} on`;
    const found = sections.filter((section) => section.includes(line));
    expect(found).toHaveLength(1);
    const functions = struct.functions.map(({ name }) => name);
    expect(firstColumn(found[0] ?? '')).toEqual(
      struct.members.filter((member) => !functions.includes(member)),
    );
  });
});

describe('the function', () => {
  const all = [...STRUCTS.flatMap(({ functions }) => functions), ...FUNCTION_TYPES];

  test.each(all)('$name has its declaration', ({ name, declaration }) => {
    const code = /^```c\n(.*?);\n```$/ms.exec(sectionOf(name))?.[1] ?? '';
    expect(oneLine(code)).toBe(declaration.replace(/^typedef /, ''));
  });

  test.each(all)('$name has its thread tags, and says since when it is there', (each) => {
    const line = /^Thread: .*$/m.exec(sectionOf(each.name))?.[0] ?? '';
    expect(each.tags).not.toEqual([]);
    expect(tagsOf(line)).toEqual(each.tags);
    expect(line).toMatch(/ Since 1\.0\. (?:Required|Optional|Always present)\b[\w ]*\.$/);
  });

  test.each(all)('$name has each result that the header names', ({ name, comment }) => {
    const section = sectionOf(name);
    const named = Object.keys(Status).filter((status) =>
      new RegExp(`\\b${status}\\b`).test(comment),
    );
    const missing = named.filter(
      (status) => !new RegExp(`AISOPOD_(?:E_)?${status}\\b`).test(section),
    );
    expect(missing).toEqual([]);
  });

  const descriptor = STRUCTS.find(({ name }) => name === 'aisopod_plugin_desc');

  test.each(descriptor?.functions ?? [])('$name is required or not', ({ name, comment }) => {
    const required = comment.startsWith('Required.');
    expect(sectionOf(name)).toContain(required ? ' Required.\n' : ' Optional.\n');
  });
});

describe('the macro', () => {
  const definitionOf = (name: string) =>
    new RegExp(`define ${name} +\\(?("\\w+"|-?\\w+)`).exec(headerText)?.[1];
  const constants = MACROS.filter((name) =>
    /_(?:OK|PENDING|E|LOG|F|CALL|RESPONSE|REQUEST|KIND|SHUTDOWN|PLUGIN)(?:_|$)/.test(name),
  );

  test.each(constants)('%s has its value', (name) => {
    const cell = new RegExp(`^\\| \`${name}\` \\| (\\S+) \\|`, 'm').exec(page)?.[1];
    const value = definitionOf(name);
    expect(cell).toBe(value?.startsWith('"') ? value : String(Number(value?.replace('u', ''))));
  });

  test.each(MACROS)('%s is named', (name) => {
    expect(page).toContain(`\`${name}\``);
  });
});

describe('the inline function', () => {
  test.each(INLINES)('%s is named', (name) => {
    expect(page).toContain(`\`${name}\``);
  });

  const plain = Array.from(
    inlineText.matchAll(/^static inline [\w *]+?\b(aisopod_\w+)\(([^)]*)\) \{/gm),
    ([, name = '', parameters = '']) => ({ name, parameters: oneLine(parameters) }),
  ).filter(({ name }) => name !== 'aisopod_register_');

  test.each(plain)('$name has its parameters', ({ name, parameters }) => {
    expect(page).toContain(`| \`${name}\` | \`${parameters}\` |`);
  });
});

describe('the page', () => {
  test('names nothing of aisopod that the headers do not have', () => {
    const known = new Set([
      ...STRUCTS.map(({ name }) => name),
      ...FUNCTION_TYPES.map(({ name }) => name),
      ...[...MACROS, ...SCALARS, ...INLINES],
      ...['aisopod_plugin', 'aisopod_plugin_v1', 'aisopod_entry_fn'], // opaque; the entry
      'AISOPOD_NO_INLINE', // which the author defines
    ]);
    const named = Array.from(page.matchAll(/\baisopod_\w+|\bAISOPOD_\w+/g), ([name]) => name);
    expect(
      named.filter((name) => !known.has(name) && !headerText.includes(`#  define ${name} `)),
    ).toEqual([]);
  });

  test('names no function that the headers do not have', () => {
    const known = new Set([
      ...STRUCTS.flatMap(({ functions }) => functions.map(({ name }) => name)),
      ...[...INLINES, ...MACROS],
      ...['release', 'exit', 'fork', 'find_package'], // a member of structs; C; CMake
    ]);
    const named = Array.from(page.matchAll(/`(?:\w+->)?(\w+)\(/g), ([, name = '']) => name);
    expect(named.filter((name) => !known.has(name))).toEqual([]);
  });

  test('explains each of the eight rules of the header', () => {
    const titles = Array.from(headerText.matchAll(/^ \* {2}(\d)\. [A-Z]/gm), ([, n]) => n);
    const explained = Array.from(page.matchAll(/^## Rule (\d): \w/gm), ([, n]) => n);
    expect(titles).toHaveLength(8);
    expect(explained).toEqual(titles);
  });

  test('has sentences of 25 words at most', () => {
    const blocks = page.replace(/^```.*?^```$/gms, '').split(/\n\n|\n(?=[-|#]|\d\.)|\|/);
    const sentences = blocks.flatMap((block) => oneLine(block).split(/(?<=[.:;?])\s/));
    expect(sentences.filter((sentence) => sentence.split(' ').length > 25)).toEqual([]);
  });
});
