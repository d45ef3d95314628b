import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PluginHost } from '../dist/index.js';
import { BUILT } from './paths.mjs';

/** A host with the echo plugin and nothing else. */
export async function openEcho() {
  return await PluginHost.open({
    home: mkdtempSync(join(tmpdir(), 'aisopod-bench-')),
    env: {},
    pluginDirs: [`${BUILT}/plugins/bench-echo`],
    strict: true,
  });
}
