import type { HostConfig } from '../config/index.js';
import type { LoadRequest } from '../loaders/index.js';
import type { Logger } from '../logging/index.js';
import type { PluginContext } from '../plugin-api/index.js';
import { freezeJson, type JsonObject } from '../toml/index.js';
import { contextLogger } from './plugin-logger.js';

/** What the contexts of plugins are made of. */
export interface ContextServices {
  readonly config: HostConfig;
  readonly logger: Logger;
}

/** A context, and how it is taken back: then none of its services does anything any more. */
export interface ContextScope {
  readonly context: PluginContext;
  release(): void;
}

/** What one plugin is given in init(). Each service is one that knows whose it is. */
export function makePluginContext(
  { manifest, config, dataDir, limits }: LoadRequest,
  host: ContextServices,
): ContextScope {
  const { id } = manifest.plugin;
  const { strict, features, paths, registryUrl } = host.config;
  const context: PluginContext = Object.freeze({
    id,
    config: freezeJson(structuredClone(config)) as JsonObject,
    globalConfig: freezeJson(structuredClone({ strict, features, paths, registryUrl })),
    dataDir,
    logger: contextLogger(id, host.logger, limits.logLineBytes),
  });
  return { context, release: () => {} };
}
