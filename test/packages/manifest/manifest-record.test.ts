import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  joinManifest,
  readManifest,
  splitManifest,
  toRecord,
  wholeManifest,
} from '../../../src/packages/manifest/index.js';
import { pluginFolder } from './write-manifest.js';

const LEAST = '[plugin]\nid = "calc"\nversion = "1.2.3"\nentry = "calc.so"\n';

const FULL = `[plugin]
id = "calc"
version = "1.2.3-rc.1"
name = "Calculator"
description = "Adds"
author = "A"
license = "MIT"
homepage = "https://example.com"
repository = "https://example.com/x"
keywords = ["math", "sums"]
[plugin.entry]
linux-x64 = "a.so"
darwin-arm64 = "b.dylib"
[capabilities]
tools = ["add"]
hooks = ["BeforeToolExecute"]
[compatibility]
host = ">=0.1.0 <9"
min_host_version = "0.1.0"
abi = "1.0"
platforms = ["linux-x64", "darwin-arm64"]
features = ["telegram"]
[runtime]
isolation = "process"
activation = "on-demand"
jit = true
[dependencies]
other = "^1.0"
constructor = { version = "*", optional = true }
[permissions]
network = ["example.com:443"]
storage = true
[permissions.filesystem]
read = ["$DATA/"]
[permissions.limits]
memory = "64MiB"
[config]
type = "object"
[config.properties.key]
type = "string"
secret = true
[config.properties.port]
type = "integer"
default = 80
`;

test.each([
  ['that says the least', LEAST],
  ['that says everything', FULL],
  [
    'of a program',
    '[plugin]\nid = "p"\nversion = "1.0.0"\nentry = "p.py"\n[runtime]\nargs = ["-x"]\n',
  ],
])('a manifest %s comes back from its record as it was', (_name, text) => {
  const { manifest, errors } = readManifest(join(pluginFolder(text), 'aisopod.plugin.toml'));
  expect(errors).toEqual([]);
  if (manifest === null) throw new Error('no manifest');
  const { brief, rest } = JSON.parse(JSON.stringify(splitManifest(manifest)));
  const again = wholeManifest(joinManifest(brief, () => rest, manifest.file));
  expect(again).toEqual(manifest);
  expect(Object.keys(again.plugin)).toEqual(Object.keys(manifest.plugin));
  expectFrozen(again);
});

test('a record says only what the manifest does', () => {
  const { manifest } = readManifest(join(pluginFolder(LEAST), 'aisopod.plugin.toml'));
  if (manifest === null) throw new Error('no manifest');
  expect(toRecord(manifest)).toEqual({
    plugin: { id: 'calc', version: '1.2.3', entry: 'calc.so' },
  });
});

function expectFrozen(value: unknown) {
  if (typeof value !== 'object' || value === null) return;
  expect(Object.isFrozen(value)).toBe(true);
  for (const each of Object.values(value)) expectFrozen(each);
}
