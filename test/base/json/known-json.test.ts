import { expect, test } from 'vitest';
import { isJson, jsonText, lossyJson, readJson } from '../../../src/base/json/index.js';

test('jsonText() writes what readJson() reads', () => {
  const value = { list: [1, null, 'ä"\n'], deep: { yes: true } };
  expect(readJson(jsonText(value))).toEqual(value);
});

test('jsonText() writes undefined as null, and lines with an indent', () => {
  expect(jsonText(undefined)).toBe('null');
  expect(jsonText({ a: 1 }, 2)).toBe('{\n  "a": 1\n}');
});

test('isJson() takes any complete JSON text, and no other', () => {
  for (const text of ['{}', ' 1 ', '"x"', 'null']) expect(isJson(text), text).toBe(true);
  for (const text of ['', '{', 'x', '1 2', "'x'"]) expect(isJson(text), text).toBe(false);
});

test('lossyJson() leaves out what JSON cannot say', () => {
  expect(lossyJson({ a: Number.NaN, b: undefined })).toBe('{"a":null}');
});

test('lossyJson() gives null for what cannot be written, and for nothing', () => {
  const circle: { self?: unknown } = {};
  circle.self = circle;
  for (const value of [circle, 1n, undefined, () => {}]) expect(lossyJson(value)).toBeNull();
});
