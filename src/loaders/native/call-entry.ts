import koffi from 'koffi';
import { ABI_MAJOR, ABI_MINOR } from '../../abi/index.js';
import { EntryFunction, QueryStruct } from '../../abi/layout.js';
import { HOST_NAME, HOST_VERSION } from '../../version.js';

/** What the entry function of a library may need to know to choose a descriptor. */
export interface EntryQuery {
  /** The id in the manifest: one library may serve several. */
  readonly pluginId: string;
  /** The folder of the manifest. */
  readonly pluginDir: string;
}

const QUERY_BYTES = koffi.sizeof(QueryStruct);

/**
 * Calls aisopod_plugin_v1() on this thread. koffi lends the query and its texts until it returns.
 * @param entry the address of the function
 * @returns the address of the descriptor; null: the library does not serve that id
 */
export function callEntry(entry: bigint, { pluginId, pluginDir }: EntryQuery): bigint | null {
  return koffi.call(entry, EntryFunction, {
    struct_size: QUERY_BYTES,
    abi_major: ABI_MAJOR,
    abi_minor: ABI_MINOR,
    host_name: HOST_NAME,
    host_version: HOST_VERSION,
    plugin_id: pluginId,
    plugin_dir: pluginDir,
  });
}
