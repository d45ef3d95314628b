import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { Status, statusCode } from '../../src/abi/index.js';
import { ERROR_CODES } from '../../src/base/errors/index.js';
import { COMMANDS } from '../../src/cli/commands.js';
import { DOCS } from './schemas.js';

const SRC = fileURLToPath(new URL('../../src', import.meta.url));
const codes = Object.keys(ERROR_CODES);
const page = readFileSync(`${DOCS}/reference/errors.md`, 'utf8');

const entries = page
  .split(/^### /m)
  .slice(1)
  .map((text) => ({ code: text.split('\n', 1)[0] ?? '', text: text.split(/^## /m, 1)[0] ?? '' }));

/** What raises: no comments, and no comparisons with what was raised elsewhere. */
function raisingPart(source: string): string {
  return source.replace(/^\s*(?:\/\/|\/?\*).*$/gm, '').replace(/[!=]== '\w+'/g, '');
}

const source = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.startsWith('errors'))
  .map((file) => raisingPart(readFileSync(`${SRC}/${file}`, 'utf8')))
  .join('\n');

describe('errors.md', () => {
  test('has one entry for each code, in the order of the table', () => {
    expect(entries.map(({ code }) => code)).toEqual(codes);
  });

  test.each(entries)('says of $code what its message is and what details holds', ({ text }) => {
    expect(text).toMatch(/^```text\n\S/m);
    expect(text).toMatch(/^`details`: \S/m);
  });

  test('groups the codes as the table does', () => {
    const table = readFileSync(`${SRC}/base/errors/codes.ts`, 'utf8');
    const groups = Array.from(table.matchAll(/^ {2}\/\/ ([^,\n]+)/gm), ([, title]) => title);
    expect(Array.from(page.matchAll(/^## (.+)$/gm), ([, title]) => title)).toEqual(groups);
  });

  test('names only commands that exist', () => {
    const named = Array.from(
      page.matchAll(/`aisopod ([a-z]+(?:[ -][a-z]+)*)/g),
      ([, words]) => words,
    );
    const known = COMMANDS.map(({ name }) => name);
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((words = '') => !known.includes(words))).toEqual([]);
  });
});

describe('the table of codes', () => {
  const ofStatuses = new Set<string>(Object.values(Status).map(statusCode));

  test.each(codes)('has no code that nothing raises: %s', (code) => {
    expect(ofStatuses.has(code) || source.includes(`'${code}'`)).toBe(true);
  });

  test('has every code that is raised', () => {
    const raised = source.matchAll(/new AisopodError\(\s*'(\w+)'/g);
    const unknown = Array.from(raised, ([, code = '']) => code).filter((c) => !codes.includes(c));
    expect(unknown).toEqual([]);
  });

  test('has a code for each status of the ABI', () => {
    const failures = Object.entries(Status).filter(([, status]) => status < 0);
    expect(failures.map(([, status]) => statusCode(status))).toEqual(
      failures.map(([name]) => name),
    );
    expect(codes.slice(-failures.length)).toEqual(failures.map(([name]) => name));
  });
});
