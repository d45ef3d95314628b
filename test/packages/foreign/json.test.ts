import { describe, expect, test } from 'vitest';
import { readJson } from './foreign-folder.js';

const WHOLE = { id: 'hello', version: '1.0.0', entry: 'hello.so' };

test('a plugin.json reads into the model of a TOML manifest', () => {
  const { manifest, errors, warnings } = readJson({
    $schema: 'https://example.com/plugin.schema.json',
    id: 'weather',
    name: 'The weather',
    version: '1.0.0',
    main: 'weather.so',
    repository: { type: 'git', url: 'https://github.com/ada/weather.git' },
    minHostVersion: '0.1.0',
    maxHostVersion: '0.9.0',
    requiredFeatures: ['telegram'],
    capabilities: ['tools:forecast', 'tool:radar', 'middleware:log', { name: 'x' }].slice(0, 3),
    requiredPermissions: [
      'network:api.example.com:443',
      'filesystem:read:$DATA/',
      'env:HOME',
      'ui',
    ],
    dependencies: ['maps', 'geo@^1.2'],
    configSchema: { type: 'object', properties: { city: { type: 'string' } } },
  });
  expect({ errors, warnings }).toEqual({ errors: [], warnings: [] });
  expect(manifest).toMatchObject({
    plugin: {
      id: 'weather',
      entry: 'weather.so',
      repository: 'https://github.com/ada/weather.git',
    },
    compatibility: { host: '>=0.1.0 >=0.1.0 <=0.9.0', features: ['telegram'] },
    capabilities: { tools: ['forecast', 'radar'], middleware: ['log'] },
    permissions: {
      network: ['api.example.com:443'],
      filesystem: { read: ['$DATA/'], write: [] },
      environment: ['HOME'],
      ui: true,
      storage: false,
    },
    dependencies: { maps: { range: '*' }, geo: { range: '^1.2' } },
  });
});

test('all faults are reported at once, with the place and the key that the author wrote', () => {
  const { errors, warnings } = readJson(`{
  "id": "Hello",
  "version": 1.10,
  "entryPoint": 5,
  "requiredFeatures": "telegram",
  "requiredPermissions": ["gpu", "network"],
  "dependencies": [{}],
  "minHostVerison": "1.0.0"
}`);
  expect(errors).toEqual([
    expect.stringMatching(/^2:3: id: found "Hello", expected an id .* \(write "hello"\)$/),
    '3:3: version: found the number 1.10, expected a semantic version such as "1.2.3" (quote it: "1.10.0")',
    expect.stringMatching(/^4:3: entryPoint: found the number 5, expected a file/),
    expect.stringMatching(/^5:3: requiredFeatures: found "telegram", .* \(write \["telegram"\]\)$/),
    '6:27: requiredPermissions[0]: found "gpu", expected a permission such as "network", "filesystem:read", "environment:HOME" or "storage"',
    '7:20: dependencies[0]: found a table, expected an id such as "other", or "other@^1.0"',
  ]);
  expect(warnings).toEqual([expect.stringMatching(/^8:3: minHostVerison: .*`min_host_version`/)]);
});

describe('what is not JSON is refused with its place', () => {
  test.each([
    ['a key twice', '{"id": "a",\n "id": "b"}', /^2:\d+: found .*twice|^2:\d+: found .*key/],
    ['a comment', '{\n  // who\n  "id": "a"\n}', /^2:3: found /],
    ['a comma at the end', '{\n  "id": "a",\n}', /^3:1: found /],
    ['single quotes', "{'id': 'a'}", /^1:2: found /],
    ['nothing', '', /^1:1: found /],
    ['a list', '[]', /^1:1: found an empty array, expected an object$/],
    ['null', 'null', /^1:1: found null, expected an object$/],
    ['a large integer', '{"id": 12345678901234567890}', /^1:8: found .*integer/],
    ['TOML', '[plugin]\nid = "x"\n', /^1:2: found /],
  ])('%s', (_, text, message) => {
    const { errors, manifest } = readJson(text);
    expect(manifest).toBeNull();
    expect(errors).toEqual([expect.stringMatching(message)]);
  });
});

test('a byte order mark and CRLF are no faults', () => {
  const text = `\ufeff${JSON.stringify(WHOLE, null, 2).replaceAll('\n', '\r\n')}`;
  expect(readJson(text)).toMatchObject({ errors: [], manifest: { plugin: { id: 'hello' } } });
});

test('tabs between values do not move the place of a fault', () => {
  const { errors } = readJson('{\n\t"id":\t"hello",\n\t"version":\t1,\n\t"entry": "x.so"\n}');
  expect(errors).toEqual([expect.stringMatching(/^3:2: version: found the number 1,/)]);
});

test('null says nothing', () => {
  expect(
    readJson({ ...WHOLE, author: null, permissions: null }).manifest?.plugin.author,
  ).toBeNull();
});
