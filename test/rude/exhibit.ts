import { expect, onTestFinished } from 'vitest';
import type { PluginHost } from '../../src/index.js';
import { type HomeOptions, listen, openHost, recordingLogger } from '../host/open-host.js';
import type { TestPlugin } from '../support/plugin-folder.js';

// A museum of plugins that break the rules, each seen through the public host. What one prints while
// `--json` is written stands with the command line: test/cli/own-stdout.test.ts.

/** What the host answers, by number. */
export const [OK, INVALID, UNSUPPORTED, EXISTS, GONE, CANCELLED, DEADLINE] = [
  0, -2, -3, -4, -7, -8, -9,
];
export const [STATE, THREAD, TOO_LARGE] = [-12, -13, -14];

/** A plugin that behaves and lives beside each rude one. */
export const neighbour: TestPlugin = { id: 'neighbour', source: 'lifecycle.c' };

type Source = `${string}.c` | `${string}.cc`;

/** A plugin of test/native/rude. */
export function rude(source: Source, flags: readonly string[] = []): TestPlugin {
  const path = `../native/rude/${source}` as TestPlugin['source'];
  return { id: 'rude', source: path, flags: ['-D_GNU_SOURCE', ...flags] };
}

export interface VisitOptions extends Omit<HomeOptions, 'plugins' | 'pluginConfig' | 'config'> {
  /** The configuration of the rude plugin. */
  readonly config?: object;
  readonly flags?: readonly string[];
}

/**
 * Opens a host with a rude plugin and its neighbour, which must be served all the same: now, and
 * again when the test is over, unless that has closed the host.
 */
export async function visit(source: Source, options: VisitOptions = {}) {
  const { config, flags, ...rest } = options;
  const { logger, lines } = recordingLogger();
  const host = await openHost({
    plugins: [neighbour, rude(source, flags)],
    ...(config === undefined ? {} : { pluginConfig: { rude: config } }),
    logger,
    ...rest,
  });
  await served(host);
  onTestFinished(async () => {
    if (host.plugins.get('neighbour')?.state !== 'unloaded') await served(host);
  });
  return {
    host,
    lines,
    ears: listen(host),
    info: () => host.plugins.get('rude'),
    call: (tool: string, ...rest: [unknown?, object?]) => host.tools.call(`rude:${tool}`, ...rest),
  };
}

/** The neighbour is served. */
export async function served(host: PluginHost): Promise<void> {
  expect(await host.tools.call('neighbour:ping')).toMatchObject({ data: 'neighbour' });
}
