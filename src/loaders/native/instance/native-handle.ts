import type { InstanceLimit, InstanceSettings, NativeInstance } from '../../../abi/addon.js';
import type { ServedKind } from '../../../abi/index.js';
import { AisopodError } from '../../../base/errors/index.js';
import { HOST_NAME, HOST_VERSION } from '../../../base/version.js';
import type { Limits } from '../../../config/index.js';
import { bridge } from '../process/bridge.js';

/** What makes an instance. */
export interface HandleOptions {
  /** Address of a checked aisopod_plugin_desc. */
  readonly descriptor: bigint;
  readonly pluginDir: string;
  readonly dataDir: string;
  /** JSON text. */
  readonly config: string;
  /** The kinds of registrations that have a consumer. */
  readonly kinds: readonly ServedKind[];
  readonly limits: Limits;
}

/** The settings that most plugins share, since they have no limits of their own. */
const made = new WeakMap<Limits, { kinds: readonly ServedKind[]; settings: InstanceSettings }>();

/**
 * Makes an instance in the core, which calls nothing of the plugin yet.
 * @param plugin its id in the manifest
 * @throws AisopodError INSTANCE_LIMIT when the plugin sets SINGLE and runs in this process already
 */
export function nativeHandle(plugin: string, options: HandleOptions): NativeInstance {
  const { descriptor, pluginDir, dataDir, config, kinds, limits } = options;
  const { NativeInstance } = bridge();
  try {
    const settings = settingsOf(kinds, limits);
    return new NativeInstance(descriptor, settings, plugin, pluginDir, dataDir, config);
  } catch (cause) {
    if (!isInstanceLimit(cause)) throw cause;
    const { holder } = cause;
    throw new AisopodError(
      'INSTANCE_LIMIT',
      `Plugin ${plugin} allows one instance in a process (AISOPOD_PLUGIN_SINGLE), and another ` +
        `one is alive: ${holder}. Unload that one first, or run this one in a process of its own.`,
      { details: { plugin, holder }, cause },
    );
  }
}

function isInstanceLimit(cause: unknown): cause is InstanceLimit {
  return cause instanceof Error && (cause as Partial<InstanceLimit>).code === 'INSTANCE_LIMIT';
}

function settingsOf(kinds: readonly ServedKind[], limits: Limits): InstanceSettings {
  const known = made.get(limits);
  if (known?.kinds === kinds) return known.settings;
  const { InstanceSettings } = bridge();
  const common = { hostName: HOST_NAME, hostVersion: HOST_VERSION, kinds, limits };
  const settings = new InstanceSettings(common);
  made.set(limits, { kinds, settings });
  return settings;
}
