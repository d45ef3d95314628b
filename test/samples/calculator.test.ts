import { describe, expect, test } from 'vitest';
import { openSample } from './open-sample.js';

const sample = openSample('calculator');
const calculate = (expression: string) => sample.host.tools.call('calculate', { expression });

test('the calculator is listed with its schema and hints', () => {
  expect(sample.host.tools.get('calculator:calculate')).toMatchObject({
    plugin: 'calculator',
    name: 'calculate',
    parameters: { required: ['expression'], properties: { expression: { type: 'string' } } },
    output: { type: 'number' },
    hints: { readOnly: true, destructive: false, idempotent: true },
  });
});

test('2 + 2 gives 4', async () => {
  expect(await calculate('2 + 2')).toMatchObject({ success: true, data: 4, output: '4' });
});

describe('an expression', () => {
  test.each([
    ['1 + 2 * 3', 7],
    ['(1 + 2) * 3', 9],
    ['10 - 4 - 3', 3],
    ['8 / 4 / 2', 1],
    ['2 ^ 3 ^ 2', 512],
    ['-2 ^ 2', -4],
    ['(-2) ^ 2', 4],
    ['2 ^ -1', 0.5],
    ['--3', 3],
    ['+-+3', -3],
    ['2 * -3', -6],
    ['7 % 3', 1],
    ['-7 % 3', -1],
    ['0.1 + 0.2', 0.1 + 0.2],
    ['.5 + 5.', 5.5],
    ['1.5e-3 + 1E3', 1000.0015],
    ['1e308 + 1e307', 1.1e308],
    [' \t\n( 1 )\r ', 1],
    ['0 * -1', 0],
    ['123456789 * 987654321', 123456789 * 987654321],
    [`${'('.repeat(199)}1${')'.repeat(199)}`, 1],
    [Array(2048).fill('1').join('+'), 2048],
  ])('%j is worth %d', async (expression, value) => {
    expect(await calculate(expression)).toMatchObject({ success: true, data: value });
  });
});

describe('a fault is said with its position', () => {
  test.each([
    ['2 + )', "unexpected ')' at position 5", 5],
    ['1 +', 'unexpected end at position 4', 4],
    ['(1', 'unexpected end at position 3', 3],
    ['1 2', "unexpected '2' at position 3", 3],
    ['2 ** 3', "unexpected '*' at position 4", 4],
    ['1.2.3', "unexpected '.' at position 4", 4],
    ['2ex', "unexpected 'e' at position 2", 2],
    ['1 × 2', "unexpected '×' at position 3", 3],
    ['1 \0', 'unexpected character U+0000 at position 3', 3],
    ['1 / 0', 'division by zero at position 3', 3],
    ['1 % 0', 'division by zero at position 3', 3],
    ['0 ^ -1', 'division by zero at position 3', 3],
    ['(-8) ^ 0.5', 'the result is not a real number at position 6', 6],
    ['1e308 * 10', 'the result is too large at position 7', 7],
    ['1 + 1e999', 'the number is too large at position 5', 5],
    [`${'-'.repeat(300)}1`, 'nested too deep at position 201', 201],
  ])('%j', async (expression, message, position) => {
    expect(await calculate(expression)).toMatchObject({
      success: false,
      error: { code: 'INVALID', message, details: { position } },
    });
  });
});

test('an expression that is no text does not reach the plugin', async () => {
  const call = async () => sample.host.tools.call('calculate', { expression: 4 });
  await expect(call()).rejects.toMatchObject({ code: 'ARGUMENTS_INVALID' });
});

test('an expression of more than 4096 bytes is refused', async () => {
  const call = async () => sample.host.tools.call('calculate', { expression: '1'.repeat(4097) });
  await expect(call()).rejects.toMatchObject({ code: 'ARGUMENTS_INVALID' });
  expect(await calculate('é'.repeat(4096))).toMatchObject({
    success: false,
    error: { code: 'INVALID', message: 'expression: it must be a text of at most 4096 bytes' },
  });
});
