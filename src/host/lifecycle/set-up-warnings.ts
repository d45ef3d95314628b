import { basename } from 'node:path';
import { AisopodError } from '../../base/errors/index.js';
import type { Logger } from '../../base/logging/index.js';
import { nearest, showPath } from '../../base/text/index.js';
import { formatKeyPath } from '../../base/toml/index.js';
import { OPTIONS_FILE } from '../../config/index.js';
import type { SearchPath } from '../../packages/discovery/index.js';
import type { HostCore } from '../host-core.js';

/** Warnings about a set-up as a whole: SEARCH_PATH_MISSING, CONFIG_UNUSED. */
export function setUpWarnings(core: HostCore, searched: readonly SearchPath[]): AisopodError[] {
  const missing = searched.flatMap(({ error }) =>
    error?.code === 'SEARCH_PATH_MISSING' ? [error] : [],
  );
  return [...missing, ...unusedConfig(core)];
}

/** Logs them; a plugin that is away, or registered later, is information and no warning. */
export function logSetUp(warnings: readonly AisopodError[], logger: Logger): void {
  for (const { code, message, details } of warnings) {
    const { similar = '', file } = details as { similar?: string | null; file?: string };
    // A program usually registers the plugins that it gives options to after this.
    if (file === OPTIONS_FILE) continue;
    logger[similar === null ? 'info' : 'warn']({ code }, message);
  }
}

/** Tables, files and options of configuration whose plugin was not found. */
function unusedConfig({ config, pinned, plugins }: HostCore): AisopodError[] {
  const said = [
    ...config.tables.map((table) => ({ ...table, file: config.file })),
    ...config.pluginFiles.map((file) => ({ ...file, path: null })),
    ...[...new Set([...config.overridden, ...pinned])].map((plugin) => ({
      plugin,
      file: OPTIONS_FILE,
      path: null,
    })),
  ];
  if (said.length === 0) return [];
  const found = plugins.findings.map(({ finding }) => finding.found);
  const ids = new Set(found.flatMap(({ id }) => id ?? []));
  // A plugin whose manifest is broken has the id that its folder is called by, as far as is known.
  const known = new Set([...ids, ...found.map(({ path }) => basename(path))]);
  return said
    .filter(({ plugin }) => !known.has(plugin))
    .map(({ plugin, file, path }) => {
      const at = path === null ? null : config.locate(path);
      const place = at === null ? '' : `:${at.line}:${at.column}: ${formatKeyPath(path ?? [])}`;
      return unused(plugin, { file, place, similar: nearest(plugin, ids) });
    });
}

function unused(
  plugin: string,
  { file, place, similar }: { file: string; place: string; similar: string | null },
): AisopodError {
  const advice =
    similar === null ? 'Remove it, or install the plugin.' : `Did you mean "${similar}"?`;
  return new AisopodError(
    'CONFIG_UNUSED',
    `${showPath(file)}${place} is for a plugin "${plugin}", which was not found, so it has no effect. ` +
      advice,
    { details: { plugin, similar, file } },
  );
}
