import { afterAll, beforeAll } from 'vitest';
import { PluginHost } from '../../src/index.js';
import { builtPlugin } from '../support/built.js';
import { temporaryFolder } from '../support/compile-library.js';

/** A host with one built sample in it, from before the first test of the file to after the last. */
export function openSample(id: string): { readonly host: PluginHost } {
  const home = temporaryFolder();
  let host: PluginHost | undefined;
  beforeAll(async () => {
    host = await PluginHost.open({ home, pluginDirs: [builtPlugin(id)], env: {} });
  });
  afterAll(() => host?.close());
  return {
    get host() {
      if (!host) throw new Error(`the host of ${id} is not open`);
      return host;
    },
  };
}
