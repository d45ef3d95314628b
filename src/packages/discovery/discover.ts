import { Listings } from '../../home/state/index.js';
import type { HostFacts } from '../manifest/index.js';
import type { Scan } from './candidate.js';
import { choose, type PinOf } from './choose.js';
import type { Candidate, DiscoveredPlugin } from './discovered-plugin.js';
import type { KnownFolders } from './known-folders.js';
import { currentUser } from './safety.js';
import { scanSearchPath } from './scan-directory.js';
import type { SearchPath } from './search-path.js';

export interface DiscoverOptions {
  /** From searchPaths(), in the order of precedence. */
  readonly paths: readonly SearchPath[];
  readonly host: HostFacts;
  /** Versions that the configuration holds plugins at; default: none. */
  readonly pinOf?: PinOf;
  /** What an earlier scan has found, for this host and user; default: nothing. */
  readonly known?: KnownFolders | null;
  /** What is known of folders; default: what `known` knows. */
  readonly listings?: Listings;
}

/**
 * Scans the search paths. Nothing is opened or run, and nothing that lies there can stop the scan:
 * what is no usable plugin is in the result with its error.
 *
 * @returns in the order of precedence, then of names: the same for the same files. Errors are
 *   SCAN_UNREADABLE, PATH_UNSAFE, NAME_TWINS, SHADOWED, DUPLICATE_PLUGIN, VERSION_PINNED, BARE_LIBRARY,
 *   MANIFEST_*, ENTRY_*, and those of checkCompatibility(); NO_HOME for a `~` in a search path
 */
export function discover({
  paths,
  host,
  pinOf = () => null,
  known = null,
  listings = known?.listings ?? new Listings(),
}: DiscoverOptions): DiscoveredPlugin[] {
  const user = currentUser();
  const seen = new Set<string>();
  const candidates: Candidate[] = [];
  for (const origin of paths) {
    const scan: Scan = { origin, host, user, known, listings };
    for (const candidate of scanSearchPath(scan)) {
      // A folder that two paths lead to is one plugin, not one that shadows itself.
      if (seen.has(candidate.real)) continue;
      seen.add(candidate.real);
      candidates.push(candidate);
    }
  }
  return choose(candidates, pinOf, (path) => known?.lastGood(path) ?? null, host.platform);
}
