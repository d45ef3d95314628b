import { AisopodError } from '../../base/errors/index.js';
import { type HostConfig, readHostConfig } from '../../config/index.js';
import { type Home, resolveHome } from '../../home/paths/index.js';
import { type SearchPath, searchPaths } from '../../packages/discovery/index.js';
import type { Command, Context } from '../command.js';
import { printJson } from '../output/json.js';
import { pathCell } from '../output/path-cell.js';
import { type Cell, formatLines, formatTable } from '../output/table.js';

export const command: Command = {
  about: `
Prints where everything of this installation lies, whether or not it exists, and then the places
where plugins are looked for, in order: --plugin, the home, AISOPOD_PLUGIN_PATHS, config.toml, the
platform's own. Missing ones of the home and of the platform are left out. AISOPOD_CACHE moves the
cache. Nothing is created or loaded.

In a pipe: one line for each, with name and path, separated by a tab; the places are "search", or
"missing" for one that was named and does not exist.
With --json: {"paths":{NAME:PATH,...},"search":[{"path","origin","error"}]}.`,
  examples: [
    ['aisopod paths', 'where everything lies'],
    ['cp -r my-plugin "$(aisopod paths --json | jq -r .paths.plugins)"', 'install a plugin'],
  ],
  async run(context) {
    const { options, env, stdout, style } = context;
    const home = resolveHome({ home: options.home, env });
    const paths = pathsOf(home);
    const search = searchPaths({
      home,
      env,
      configPaths: (await configOf(home, context))?.paths ?? [],
      pluginDirs: options.plugin,
    });
    if (options.json) {
      await printJson(stdout, { paths, search: search.map(searched) });
      return 0;
    }
    const cell = (path: string) => (stdout.isTTY ? pathCell(path, env) : path);
    const rows = Object.entries(paths).map(([what, path]): Cell[] => [what, cell(path)]);
    for (const place of search) {
      const { path, error } = place;
      const what = error?.code === 'SEARCH_PATH_MISSING' ? 'missing' : 'search';
      rows.push([
        what,
        stdout.isTTY && error ? { text: error.message, format: 'red' } : cell(path),
      ]);
    }
    const headers = ['WHAT', 'PATH'];
    const { columns } = stdout;
    await stdout.write(
      stdout.isTTY ? formatTable({ headers, rows, columns, style }) : formatLines(rows),
    );
    return 0;
  },
};

function pathsOf(home: Home) {
  const { root, configFile, plugins, data, registryFile } = home;
  const { state, cache, keys, token, audit, logs } = home;
  return {
    home: root,
    config: configFile,
    plugins,
    data,
    registry: registryFile,
    state,
    cache,
    keys,
    token,
    audit,
    logs,
  };
}

/** A broken config.toml is what one looks for with this command, so it does not stop it. */
async function configOf(home: Home, { messages }: Context): Promise<HostConfig | null> {
  try {
    return readHostConfig(home);
  } catch (error) {
    await messages.warn(AisopodError.from(error).message);
    return null;
  }
}

function searched({ path, origin, error }: SearchPath) {
  return { path, origin, error: error?.toJSON() ?? null };
}
