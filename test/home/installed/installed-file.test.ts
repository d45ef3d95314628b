import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { readInstalled } from '../../../src/home/installed/index.js';
import { writeEnabled } from '../../../src/home/installed/write-installed.js';
import { resolveHome } from '../../../src/home/paths/index.js';
import { DOCS } from '../../docs/schemas.js';
import { temporaryFolder } from '../../support/compile-library.js';

const folder = temporaryFolder();
const published = readFileSync(`${DOCS}/reference/schemas/registry.schema.json`, 'utf8');
const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
const validate = ajv.compile(JSON.parse(published));
let homes = 0;

function homeWith(document?: unknown) {
  const home = resolveHome({ home: join(folder, `h${homes++}`), env: {} });
  mkdirSync(home.root);
  if (document !== undefined) writeFileSync(home.registryFile, JSON.stringify(document));
  return home;
}

test('a missing file says nothing, so that everything is enabled', () => {
  const installed = readInstalled(homeWith());
  expect(installed.isEnabled('any')).toBe(true);
  expect([...installed.plugins]).toEqual([]);
});

test('what stands in it is read, and what does not is null', () => {
  const { plugins, isEnabled } = readInstalled(
    homeWith({ version: 1, plugins: { a: { enabled: false, version: '1.0.0', digest: null } } }),
  );
  expect(plugins.get('a')).toEqual({
    enabled: false,
    reloads: 0,
    version: '1.0.0',
    installed: null,
    path: null,
    status: null,
    source: null,
    digest: null,
  });
  expect([isEnabled('a'), isEnabled('b')]).toEqual([false, true]);
});

test('a byte order mark before it is skipped', () => {
  const home = homeWith();
  const text = '\ufeff{"version":1,"plugins":{"a":{"enabled":false}}}\r\n';
  writeFileSync(home.registryFile, text);
  expect(readInstalled(home).isEnabled('a')).toBe(false);
});

test('a file in UTF-16 is refused with what to do', () => {
  const home = homeWith();
  writeFileSync(home.registryFile, Buffer.from('\ufeff{"version":1}', 'utf16le'));
  expect(() => readInstalled(home)).toThrow(/UTF-16 at line 1, column 1.*save it as UTF-8/);
});

test.each([
  { version: 1 },
  { version: 1, plugins: {} },
  { version: 1, plugins: { a: {} }, more: 1 },
  { version: 1, plugins: { a: { enabled: true, path: '/x', status: 's', mine: [] } } },
  {},
  { version: 2 },
  { version: 1, plugins: [] },
  { version: 1, plugins: { A: {} } },
  { version: 1, plugins: { a: null } },
  { version: 1, plugins: { a: { enabled: 1 } } },
  { version: 1, plugins: { a: { reloads: 3 } } },
  { version: 1, plugins: { a: { reloads: -1 } } },
  { version: 1, plugins: { a: { reloads: 1.5 } } },
  { version: 1, plugins: { a: { source: {} } } },
])('the published schema takes what the reader takes: %j', (document) => {
  let taken = true;
  try {
    readInstalled(homeWith(document));
  } catch {
    taken = false;
  }
  expect(validate(document)).toBe(taken);
});

test('what is written is what the schema says, and many writers lose nothing', async () => {
  const home = homeWith();
  const ids = Array.from({ length: 10 }, (_, i) => `p${i}`);
  await Promise.all(ids.map((id) => writeEnabled(home, [id], false)));
  const { document, isEnabled } = readInstalled(home);
  expect(validate(document)).toBe(true);
  expect(ids.filter(isEnabled)).toEqual([]);
});
