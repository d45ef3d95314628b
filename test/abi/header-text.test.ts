import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { headerText, INLINES, inlineText, STRUCTS } from './declarations.js';
import { fixture } from './fixtures.js';

const FILES = [
  ['plugin.h', headerText],
  ['plugin_inline.h', inlineText],
] as const;

describe.for(FILES)('%s', ([, text]) => {
  const lines = text.split('\n');

  test('has no line over 100 columns', () => {
    expect(lines.filter((line) => line.length > 100)).toEqual([]);
  });

  test('is ASCII without tabs', () => {
    expect(lines.filter((line) => /[^ -~]/.test(line))).toEqual([]);
  });

  test('ends each line without blanks and the last one with a newline', () => {
    expect(lines.filter((line) => line.endsWith(' '))).toEqual([]);
    expect(text).toMatch(/[^\n]\n$/);
  });

  test('says who does what', () => {
    const vague = /\b(?:whoever|nobody|told|tells|anew|hears|mends?|beside it)\b/i;
    expect(lines.filter((line) => vague.test(line))).toEqual([]);
  });
});

test('plugin.h has fewer than 650 lines, so that an author can read it', () => {
  expect(headerText.split('\n').length - 1).toBeLessThan(650);
});

test('each struct of plugin.h is frozen at a member of its own', () => {
  const frozen = Array.from(
    headerText.matchAll(/^AISOPOD_FROZEN_\((\w+), (\w+), \d+, \d+\);$/gm),
    ([, struct = '', member = '']) => ({ struct, member }),
  );
  expect(frozen.map(({ struct }) => struct)).toEqual(STRUCTS.map(({ name }) => name));
  for (const { struct, member } of frozen)
    expect(STRUCTS.find(({ name }) => name === struct)?.members).toContain(member);
});

test('members.inc lists each struct and member of plugin.h (update with vitest -u)', async () => {
  const lines = STRUCTS.flatMap(({ name, members }) => [
    `STRUCT(${name})`,
    ...members.map((member) => `MEMBER(${name}, ${member})`),
  ]);
  const head =
    '/* Each struct and member of plugin.h, in order. test/abi/header-text.test.ts -u */';
  await expect(`${[head, ...lines].join('\n')}\n`).toMatchFileSnapshot(fixture('members.inc'));
});

test('the fixtures of the compile matrix use each function of plugin_inline.h', () => {
  const uses = readFileSync(fixture('uses.c'), 'utf8');
  const unused = INLINES.filter((name) => !new RegExp(`\\b${name}\\b`).test(uses));
  // Those that others call: aisopod_send_and_wait(), aisopod_reply() and aisopod_register_tool().
  expect(unused).toEqual(['aisopod_payload_of', 'aisopod_add', 'aisopod_request_and_wait']);
});

test('the fixtures of the compile matrix use each member of the host table', () => {
  const uses = ['uses.c', 'examples/relay.cc']
    .map((file) => readFileSync(fixture(file), 'utf8'))
    .join(inlineText);
  const host = STRUCTS.find(({ name }) => name === 'aisopod_host');
  const unused = host?.functions.filter(({ name }) => !uses.includes(`->${name}(`));
  expect(unused?.map(({ name }) => name)).toEqual([]);
});
