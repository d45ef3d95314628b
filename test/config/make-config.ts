import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AisopodError } from '../../src/base/errors/index.js';
import type { Problem } from '../../src/base/toml/index.js';
import { type ConfigOverrides, ConfigService } from '../../src/config/index.js';
import { resolveHome } from '../../src/home/paths/index.js';
import { Listings } from '../../src/home/state/index.js';
import { type PluginManifest, readManifest } from '../../src/packages/manifest/index.js';
import { folderOfFile } from '../support/folder-of-file.js';

let homes = 0;

export interface ConfigFiles {
  /** `[config]` of the manifest of the plugin calc; null: it has none. */
  readonly schema?: string | null;
  /** config.toml. */
  readonly toml?: string;
  /** plugins/calc.toml. */
  readonly own?: string;
  readonly overrides?: ConfigOverrides;
  readonly env?: NodeJS.ProcessEnv;
}

export const SCHEMA = `
[config]
required = ["url"]
additionalProperties = false
[config.properties.url]
type = "string"
default = "http://localhost"
pattern = "^https?://"
[config.properties.port]
type = "integer"
minimum = 1
default = 80
[config.properties.mode]
enum = ["fast", "safe"]
[config.properties.tags]
type = "array"
items.type = "string"
[config.properties.api_key]
type = "string"
minLength = 8
secret = true
[config.properties.server]
type = "object"
required = ["host", "port"]
[config.properties.server.properties]
host.type = "string"
port.type = "integer"
token = { type = "string", secret = true }
`;

/** A home with a plugin calc, and its configuration. */
export function makeConfig(files: ConfigFiles = {}) {
  const { schema = SCHEMA, toml, own, overrides = {}, env = {} } = files;
  const home = resolveHome({ home: join(folderOfFile(), `h${homes++}`), env: {} });
  const dir = join(home.plugins, 'calc');
  mkdirSync(dir, { recursive: true });
  const file = join(dir, 'aisopod.plugin.toml');
  writeFileSync(join(dir, 'calc.so'), '');
  writeFileSync(
    file,
    `[plugin]\nid = "calc"\nversion = "1.0.0"\nentry = "calc.so"\n${schema ?? ''}`,
  );
  if (toml !== undefined) writeFileSync(home.configFile, toml);
  if (own !== undefined) writeFileSync(join(home.plugins, 'calc.toml'), own);
  const { manifest, errors } = readManifest(file);
  if (manifest === null) throw new Error(JSON.stringify(errors));
  const applied: string[] = [];
  const config = new ConfigService({
    home,
    env,
    listings: new Listings(),
    overrides,
    manifestOf: (id) => (id === 'calc' ? manifest : undefined),
    assertWritable: () => {},
    onChange: () => () => {},
    change: async (edit) => {
      const edited = await edit();
      applied.push('applied');
      return { edited, refusals: new Map() };
    },
  });
  const resolve = () => config.resolve('calc', manifest as PluginManifest);
  return { home, config, resolve, applied, ownFile: join(home.plugins, 'calc.toml') };
}

/** The typed error that `run` throws or rejects with. */
export async function errorOf(run: () => unknown): Promise<AisopodError> {
  try {
    await run();
  } catch (error) {
    if (AisopodError.is(error)) return error;
    throw error;
  }
  throw new Error('no error was thrown');
}

/** The problems that an error names. */
export function problemsIn({ details }: AisopodError): readonly Problem[] {
  return (details as { problems: Problem[] }).problems;
}
