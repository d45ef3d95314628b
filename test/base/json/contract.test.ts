import { isUtf8 } from 'node:buffer';
import { describe, expect, test } from 'vitest';
import { loadAddon } from '../../../src/abi/addon.js';
import { JsonTextFault, parseJson } from '../../../src/base/json/index.js';
import type { Context } from '../../../src/cli/command.js';
import { callArguments } from '../../../src/cli/commands/tools/call-arguments.js';
import { CONTRACT_CASES } from './contract-cases.js';

const taken = CONTRACT_CASES.filter(({ refused }) => refused === undefined);
const refused = CONTRACT_CASES.filter((one) => one.refused !== undefined);

/** What and advice with the place between, as the core writes it. */
function sentence([what, byte, advice]: [string, number, string]): string {
  return `${what} at byte ${byte}${advice === '' ? '' : `; ${advice}`}`;
}

function argumentsFrom(bytes: Uint8Array): Promise<unknown> {
  async function* stdin() {
    yield bytes;
  }
  return callArguments('-', { stdin, options: {} } as unknown as Context);
}

describe('checkJson()', () => {
  test.each(taken)('takes $name', ({ bytes }) => {
    expect(loadAddon().checkJson(bytes)).toBeNull();
    expect(loadAddon().checkJson(bytes.toString())).toBeNull();
  });

  test.each(refused)('refuses $name', ({ bytes, refused }) => {
    const fault = loadAddon().checkJson(bytes);
    expect(fault && sentence(fault)).toBe(refused);
    if (isUtf8(bytes)) expect(loadAddon().checkJson(bytes.toString())).toEqual(fault);
  });

  test.each([
    ['"\ud83d"', 1],
    ['["😀\udc00"]', 6],
    ['{"é\ud800":1}', 4],
    ['"\ufffd\ud800"', 4],
  ])('refuses half of a surrogate pair in the text %j', (text, byte) => {
    expect(loadAddon().checkJson(text)).toEqual(['half of a surrogate pair', byte, '']);
  });

  test('names the first of two faults, one of which is half of a surrogate pair', () => {
    expect(loadAddon().checkJson('[nul,"\ud800"]')).toEqual(['not JSON: expected a value', 1, '']);
    expect(loadAddon().checkJson('["\ud800",nul]')).toEqual(['half of a surrogate pair', 2, '']);
  });

  test('takes as many levels as it is given', () => {
    expect(loadAddon().checkJson('[[[]]]', 3)).toBeNull();
    expect(loadAddon().checkJson('[[[]]]', 2)).toEqual(['nested deeper than 2 levels', 2, '']);
    expect(loadAddon().checkJson('1', 0)).toBeNull();
  });

  test('throws for what is neither text nor bytes', () => {
    expect(() => loadAddon().checkJson(1 as unknown as string)).toThrow(TypeError);
  });
});

describe('parseJson()', () => {
  test.each(taken)('reads $name as JSON.parse() does', ({ bytes }) => {
    const value = JSON.parse(bytes.toString());
    expect(parseJson(bytes)).toEqual(value);
    expect(parseJson(bytes.toString())).toEqual(value);
  });

  test.each(refused)('refuses $name in the same words', ({ bytes, refused }) => {
    expect(() => parseJson(bytes)).toThrow(JsonTextFault);
    expect(() => parseJson(bytes)).toThrow(expect.objectContaining({ message: refused }));
  });

  test('gives line and column of a fault', () => {
    const text = '{\n  "ü": 1,\n  "id": 9007199254740993\n}';
    expect(() => parseJson(text)).toThrow(
      expect.objectContaining({
        what: 'an integer that a double cannot hold',
        advice: 'write it as a string',
        place: { byte: 21, index: 20, line: 3, column: 9 },
      }),
    );
  });
});

describe('arguments as text', () => {
  test.each(taken)('may be $name', async ({ bytes }) => {
    expect(await argumentsFrom(bytes)).toEqual(JSON.parse(bytes.toString()));
  });

  // A byte order mark is not part of the text that a pipe carries.
  const read = refused.filter(({ bytes }) => !bytes.subarray(0, 3).equals(Buffer.from('\ufeff')));
  test.each(read)('may not be $name', async ({ bytes, refused }) => {
    const grammar = refused?.startsWith('not JSON') === true;
    const code = grammar ? 'USAGE' : 'ARGUMENTS_INVALID';
    const [what = ''] = refused?.split(' at byte ') ?? [];
    await expect(argumentsFrom(bytes)).rejects.toMatchObject({
      code,
      message: grammar ? expect.anything() : expect.stringContaining(what),
    });
  });

  test('with a number that a double changes are refused with its digits in quotes', async () => {
    await expect(argumentsFrom(Buffer.from('{"id":1095339349210312744}'))).rejects.toMatchObject({
      code: 'ARGUMENTS_INVALID',
      message:
        'Standard input would not reach the tool as it is: an integer that a double cannot hold ' +
        'at position 7. Write it in quotes: "1095339349210312744".',
      details: { position: 7, byte: 6, faults: [{ path: '' }] },
    });
  });
});
