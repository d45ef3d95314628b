import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const SRC = fileURLToPath(new URL('../../src', import.meta.url));

/** Files outside base/json that read or write JSON themselves, and why. */
const OTHERS: Readonly<Record<string, string>> = {
  'base/text/show.ts': 'quotes strings for messages, and stands below base/json',
  'base/toml/key-path.ts': 'a quoted key of TOML has the escapes of JSON',
  'base/toml/write-value.ts': 'a string of TOML has the escapes of JSON',
  'cli/run.ts': 'prints the version, for which no room is loaded',
  'kinds/tools/to-tool-result.ts': 'reads the answer of a warm call, which runs no function more',
  'mcp/message-text.ts': "messages are the SDK's, which reads and writes them so over HTTP",
  'registry/spec.ts': 'a refused spec quotes what JSON.parse() says of it',
};

const CODE = /\bJSON\.(?:parse|stringify)\b/;

/** The files of src whose code, not a comment, uses JSON.parse() or JSON.stringify(). */
const users = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) =>
    readFileSync(join(SRC, file), 'utf8')
      .split('\n')
      .some((line) => CODE.test(line) && !/^\s*(?:\*|\/\/|\/\*)/.test(line)),
  );

test('JSON is read and written in base/json, and where a reason is given', () => {
  const outside = users.filter((file) => !file.startsWith('base/json/'));
  expect(outside.sort()).toEqual(Object.keys(OTHERS).sort());
});

test('base/json is found to read and write JSON', () => {
  expect(users).toContain('base/json/parse-json.ts');
  expect(users).toContain('base/json/write-json.ts');
});
