import type { AisopodError } from '../base/errors/index.js';
import { freezeDeep, type JsonObject, readJson, strictJson } from '../base/json/index.js';
import { makeDataDir } from '../home/paths/index.js';
import { PluginHost, servicesOf } from '../host/index.js';
import { makePluginContext } from '../host/scope/index.js';
import { type CallContext, isIssued } from '../instance/index.js';
import type { PluginContext } from '../plugin-api/index.js';
import { keepLogLines, type LogLine } from './log-lines.js';
import { servingGeneration } from './serving-generation.js';
import { temporaryHome } from './temporary-home.js';

export interface MockContextOptions {
  /** Default: "test". */
  readonly id?: string | undefined;
  /** The configuration of the plugin, as JSON can say it; default: {}. */
  readonly config?: object | undefined;
}

/** A context for a test of init() alone, in which everything is real but the plugin's host. */
export interface MockContext {
  readonly context: PluginContext;
  /** What was logged so far. */
  readonly logs: readonly LogLine[];
  /** What the host would warn of so far, such as a timer function that failed. */
  readonly warnings: readonly AisopodError[];
  /** Where the services of the context come from; it runs no plugin. */
  readonly host: PluginHost;
  /**
   * Returns a context as a call would bring it, for this mock alone: `contextFor({ user: 'ada' })`. Its
   * services refuse all others, as those of a host refuse what the host did not make.
   */
  contextFor(context: CallContext): CallContext;
  /** Ends the context, and removes its files. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * A PluginContext over a home of its own in the directory for temporary files.
 * @throws AisopodError USAGE when `id` is no plugin id, INVALID when `config` is no JSON
 */
export function createMockContext(options: MockContextOptions = {}): MockContext {
  const { id = 'test', config = {} } = options;
  const home = temporaryHome();
  const logs: LogLine[] = [];
  const warnings: AisopodError[] = [];
  const made = new WeakSet<CallContext>();
  const logger = keepLogLines(logs);
  const host = PluginHost.create({ home: home.path, env: {}, logger });
  try {
    const dataDir = makeDataDir(host.home, id);
    const frozen = freezeDeep(readJson<JsonObject>(strictJson(config, 'The configuration')));
    const owner = {
      generation: servingGeneration(id),
      config: () => frozen,
      dataDir,
      logger,
      acceptContext: (given: unknown) => isIssued(given) || made.has(given as CallContext),
      warn: (warning: AisopodError) => void warnings.push(warning),
    };
    const { context, release } = makePluginContext(owner, {
      config: host.config,
      ...servicesOf(host),
    });
    const contextFor = (given: CallContext) => {
      const copy = Object.freeze({ ...given });
      made.add(copy);
      return copy;
    };
    const close = async () => {
      release();
      await host.close();
      home.remove();
    };
    return { context, logs, warnings, host, contextFor, close, [Symbol.asyncDispose]: close };
  } catch (error) {
    home.remove();
    throw error;
  }
}
