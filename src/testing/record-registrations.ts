import { DEFAULT_LIMITS } from '../config/index.js';
import { KIND_DEFINITIONS } from '../kinds/index.js';
import { lifecycleFunctionsOf, manifestOf, type Plugin } from '../plugin-api/index.js';
import { runRegister } from '../plugin-api/run-register.js';
import { judgeBatch, type Registration } from '../registry/index.js';
import { servingGeneration } from './serving-generation.js';

/** What a plugin registers. */
export interface Recording {
  /** In its order, as the registry would hold it. */
  readonly registrations: readonly Pick<Registration, 'kind' | 'name' | 'fullName' | 'spec'>[];
  /** What is odd without being wrong, and what this host does not serve. */
  readonly warnings: readonly { readonly code: string; readonly message: string }[];
}

/**
 * Runs register() without a host, and judges what it registers as a host would.
 * @throws AisopodError USAGE, MANIFEST_INVALID, REGISTER_FAILED, REGISTRATION_INVALID,
 *   SCHEMA_INVALID: as a strict host would say; and what register() throws
 */
export function recordRegistrations(plugin: Plugin): Recording {
  const { register } = lifecycleFunctionsOf(plugin);
  const { id, version, name } = manifestOf(plugin).manifest.plugin;
  const limits = { kinds: KIND_DEFINITIONS, registrations: DEFAULT_LIMITS.registrations };
  const registered = runRegister(id, register, limits);
  const owner = { id, version, name, trust: 'trusted', level: 0 } as const;
  const { entries, warnings } = judgeBatch(
    owner,
    registered.registrations,
    KIND_DEFINITIONS,
    servingGeneration(id),
    true,
  );
  return {
    registrations: entries.map(({ kind, name, fullName, spec }) => ({
      kind,
      name,
      fullName,
      spec,
    })),
    warnings: [...registered.warnings, ...warnings],
  };
}
