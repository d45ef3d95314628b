// 100 plugins with 100 registrations each, against a tenth of them, ten times: what grows faster than
// the number of registrations shows as a ratio above 1.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PluginHost } from '../../dist/index.js';
import { compare } from '../rounds.mjs';

const PLUGINS = 100;
const EACH = 100;
const PARTS = 10;

/**
 * Register, judge, commit, and the end.
 * @param clash whether all plugins want the same short names
 */
export async function openMany(clash) {
  const home = mkdtempSync(join(tmpdir(), 'aisopod-bench-'));
  const result = await compare({
    per: PLUGINS * EACH,
    rounds: 9,
    ours: async () => await (await openWith(home, PLUGINS, clash)).close(),
    theirs: async () => {
      for (let part = 0; part < PARTS; part++) {
        await (await openWith(home, PLUGINS / PARTS, clash)).close();
      }
    },
  });
  rmSync(home, { recursive: true, force: true });
  return result;
}

/** List all, and look each up by its full and its short name, after something has changed. */
export async function lookUpMany() {
  const home = mkdtempSync(join(tmpdir(), 'aisopod-bench-'));
  const whole = await openWith(home, PLUGINS, false);
  const part = await openWith(home, PLUGINS / PARTS, false);
  const result = await compare({
    per: PLUGINS * EACH,
    rounds: 9,
    ours: () => lookUp(whole),
    theirs: async () => {
      for (let each = 0; each < PARTS; each++) await lookUp(part);
    },
  });
  await Promise.all([whole.close(), part.close()]);
  rmSync(home, { recursive: true, force: true });
  return result;
}

async function openWith(home, plugins, clash) {
  const host = PluginHost.create({ home, env: {}, strict: true });
  for (let i = 0; i < plugins; i++) await host.register(makePlugin(i, clash));
  await host.start();
  if (host.tools.list().length !== plugins * EACH) throw new Error('tools are missing');
  return host;
}

async function lookUp(host) {
  await host.register({ id: 'change', version: '1.0.0', register() {} });
  for (const { name, plugin } of host.tools.list()) {
    if (host.tools.get(`${plugin}:${name}`) !== undefined && host.tools.get(name) !== undefined) {
      continue;
    }
    throw new Error(`${name} is not found`);
  }
  await host.plugins.unloadPlugin('change');
}

function makePlugin(number, clash) {
  const parameters = {
    type: 'object',
    properties: { text: { type: 'string' }, count: { type: 'integer', minimum: 0 } },
    required: ['text'],
  };
  return {
    id: `bench-${number}`,
    version: '1.0.0',
    register(api) {
      for (let i = 0; i < EACH; i++) {
        const name = clash ? `tool-${i}` : `tool-${number}-${i}`;
        api.registerTool(name, { description: `Number ${i}`, parameters }, ({ text }) => text);
      }
    },
  };
}
