import { cpSync, lstatSync, mkdtempSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { builtPlugin } from '../support/built.js';
import { temporaryFolder } from '../support/compile-library.js';
import { runBuilt, withBuild } from '../support/run-built.js';

withBuild();

// A plugin can set the umask of the process, and the host reports it but runs on.
const CODE = `
  process.umask(0o777);
  const { temporaryHome } = await import(new URL('testing/index.js', DIST));
  const { TokenFile } = await import(new URL('security/auth/index.js', DIST));
  const pluginDirs = [args.plugins + '/calculator'];
  const host = await PluginHost.open({ home: args.home, env: {}, pluginDirs });
  const { id, state } = host.plugins.get('calculator');
  await host.storage.of('notes').set('a', 1);
  await host.register({
    id: 'typed',
    version: '1.0.0',
    register(api) { api.registerTool('t', { description: 'x' }, () => 1); },
  });
  await host.config.set('typed', 'key', 1);
  new TokenFile(args.home + '/token').ensure();
  await host.close();
  console.log(JSON.stringify({ id, state }));
`;

/** Every file and folder below a folder, with its mode; what is only a link to one is left out. */
function modesIn(folder: string): [path: string, mode: string][] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => !lstatSync(join(folder, name)).isSymbolicLink())
    .map((name) => [name, (statSync(join(folder, name)).mode & 0o777).toString(8)]);
}

test.skipIf(process.platform === 'win32')(
  'a home has the modes that its files and folders should have, whatever the umask is',
  async () => {
    const plugins = mkdtempSync(join(temporaryFolder(), 'plugins-'));
    const home = join(plugins, 'deep', 'home');
    cpSync(builtPlugin('calculator'), join(plugins, 'calculator'), { recursive: true });
    const { stdout, stderr } = await runBuilt(CODE, { home, plugins });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({ id: 'calculator', state: 'active' });
    const modes = modesIn(home);
    const wrong = modes.filter(([path, mode]) => {
      const isFolder = statSync(join(home, path)).isDirectory();
      const isLibrary = /\/(copies)\//.test(path) && path.endsWith('.so');
      return mode !== (isFolder ? '700' : isLibrary ? '500' : '600');
    });
    expect(wrong).toEqual([]);
    const made = modes.map(([path]) => path);
    expect(made).toEqual(
      expect.arrayContaining(['config.toml', 'token', 'state/storage/store.mdb']),
    );
    expect(made.some((path) => path.startsWith('cache/copies/'))).toBe(true);
    expect(made.some((path) => path.startsWith('data/typed'))).toBe(true);
  },
);
