import { expect, test } from 'vitest';
import { TABLES, TOOL_DIALECTS } from '../../src/kinds/tools/dialects/index.js';
import { read } from './pages.js';
import '../../docs/guide/tool-definitions/chat.test.js';

const page = read('docs/guide/tool-definitions.md');
const rules = JSON.parse(read('docs/reference/dialects.json')) as typeof TABLES;

test('tool-definitions.md shows chat.ts as it is run by the tests', () => {
  const example = read('docs/guide/tool-definitions/chat.ts');
  expect(page).toContain(`\n\`\`\`ts\n${example}\`\`\`\n`);
});

test('tool-definitions.md has a row for each dialect', () => {
  const rows = Array.from(
    page.matchAll(/^\| `([a-z-]+)` \| (?:`\{|the same)/gm),
    ([, name]) => name,
  );
  expect(rows).toEqual([...TOOL_DIALECTS]);
});

test('dialects.json has the tables that definitions are made by', () => {
  expect(rules).toEqual(TABLES);
});

test.each(TOOL_DIALECTS)('dialects.json has a dated source for each rule of %s', (dialect) => {
  const { sources, limits, also, dialect: name, api, ...others } = rules[dialect];
  expect([name, api]).toEqual([dialect, expect.stringMatching(/\w/)]);
  for (const { title, url, read: day } of Object.values(sources)) {
    expect(title).toMatch(/\w/);
    expect(new URL(url).protocol).toBe('https:');
    expect(day).toMatch(/^2026-\d\d-\d\d$/);
  }
  const all = [...Object.values(others), ...Object.values(limits), ...also];
  const used = new Set<string>();
  for (const rule of all) {
    expect(rule.says).toMatch(/\w/);
    expect(rule.sources).not.toEqual([]);
    for (const source of rule.sources) used.add(source);
  }
  expect([...used].sort()).toEqual(Object.keys(sources).sort());
});
