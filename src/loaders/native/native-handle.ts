import type { NativeInstance, NativeInstanceOptions } from '../../abi/addon.js';
import { AisopodError } from '../../errors/index.js';
import { bridge } from './bridge.js';

/**
 * Makes an instance in the core; nothing of the plugin is called yet.
 * @param descriptor address of a checked aisopod_plugin_desc
 * @throws AisopodError INSTANCE_LIMIT when the plugin says SINGLE and runs in this process already
 */
export function nativeHandle(
  plugin: string,
  descriptor: bigint,
  options: NativeInstanceOptions,
): NativeInstance {
  try {
    return new (bridge().NativeInstance)(descriptor, options);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'INSTANCE_LIMIT') throw cause;
    throw new AisopodError(
      'INSTANCE_LIMIT',
      `Plugin ${plugin} allows one instance in a process (AISOPOD_PLUGIN_SINGLE), and one is alive. ` +
        'Close the host that runs it, or run this one in a process of its own.',
      { details: { plugin }, cause },
    );
  }
}
