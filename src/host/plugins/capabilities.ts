import {
  CAPABILITIES,
  type Capability,
  capabilityOf,
  type RawRegistration,
} from '../../abi/index.js';
import { AisopodError } from '../../base/errors/index.js';
import { showPath } from '../../base/text/index.js';
import type { PluginManifest } from '../../packages/manifest/index.js';
import type { Entry } from '../../registry/index.js';

/** What was registered, as far as it can be listed. */
type Made = Pick<RawRegistration, 'kind' | 'name'>;

/** Up to so many names are compared with each other, which is faster than to sort them into sets. */
const FEW = 16;

/** One name that a plugin lists, registered, or both. */
export interface CapabilityInfo {
  /** As `[capabilities]` spells the kind: 'tools'. */
  readonly capability: Capability;
  readonly name: string;
  readonly listed: boolean;
  /** Whether the host has the registration. */
  readonly registered: boolean;
  /** Whether the plugin registered it, and the host left it out, since it cannot use its schema. */
  readonly leftOut: boolean;
}

/**
 * What a manifest lists and what is registered, each name once: by kind, in the order of the manifest
 * and then of registration.
 */
export function markCapabilities(
  manifest: PluginManifest,
  entries: readonly Pick<Entry, 'kind' | 'name'>[],
  leftOut: readonly Pick<Entry, 'kind' | 'name'>[] = [],
): CapabilityInfo[] {
  return CAPABILITIES.flatMap((capability) => {
    const listed = manifest.capabilities[capability];
    const namesOf = (those: readonly Pick<Entry, 'kind' | 'name'>[]) =>
      those.filter(({ kind }) => capabilityOf(kind) === capability).map(({ name }) => name);
    const [registered, refused] = [namesOf(entries), namesOf(leftOut)];
    return [...new Set([...listed, ...registered, ...refused])].map((name) => ({
      capability,
      name,
      listed: listed.includes(name),
      registered: registered.includes(name),
      leftOut: refused.includes(name),
    }));
  });
}

/** Whether just these are listed; of many, no is said too where it takes a closer look. */
function areListed(manifest: PluginManifest, registrations: readonly Made[]): boolean {
  const { capabilities } = manifest;
  if (registrations.length > FEW) return false;
  for (const { kind, name } of registrations) {
    const key = capabilityOf(kind);
    if (key === undefined || capabilities[key].length > FEW) return false;
    if (!capabilities[key].includes(name)) return false;
  }
  // Most lists are empty, and an iterator for each would be most of what this takes.
  for (let i = 0; i < CAPABILITIES.length; i++) {
    const key = CAPABILITIES[i] as Capability;
    const names = capabilities[key];
    if (names.length > 0 && !names.every((name) => isAmong(registrations, key, name))) return false;
  }
  return true;
}

function isAmong(registrations: readonly Made[], key: Capability, name: string) {
  return registrations.some((each) => each.name === name && capabilityOf(each.kind) === key);
}

/**
 * Compares what the manifest lists with what was registered.
 *
 * @param refused registrations that this host does not serve; they count as registered
 * @returns CAPABILITY_MISMATCH with every difference, or null
 */
export function compareCapabilities(
  manifest: PluginManifest,
  registrations: readonly Made[],
  refused: readonly AisopodError[],
): AisopodError | null {
  if (refused.length === 0 && areListed(manifest, registrations)) return null;
  // A manifest lists no messages.
  const listable = registrations.filter(({ kind }) => capabilityOf(kind) !== undefined);
  const made = new Set(listable.map(({ kind, name }) => `${capabilityOf(kind)}:${name}`));
  const unserved = new Set(
    refused.map(({ details }) => {
      const { kind, name } = details as { kind: string; name: string };
      return `${capabilityOf(kind)}:${name}`;
    }),
  );
  const listed = new Set(
    CAPABILITIES.flatMap((key) => manifest.capabilities[key].map((name) => `${key}:${name}`)),
  );
  const missing = [...listed].filter((each) => !made.has(each) && !unserved.has(each));
  const extra = [...made].filter((each) => !listed.has(each));
  if (missing.length === 0 && extra.length === 0) return null;
  const parts = [
    missing.length > 0 ? `lists ${missing.join(', ')} without registering it` : '',
    extra.length > 0 ? `registers ${extra.join(', ')} without listing it` : '',
  ].filter((part) => part !== '');
  return new AisopodError(
    'CAPABILITY_MISMATCH',
    `Plugin ${manifest.plugin.id} ${parts.join(', and ')}. ` +
      `Make ${/\.(?:ya?ml|json)$/.test(manifest.file) ? 'provides' : '[capabilities]'} in ${showPath(manifest.file)} ` +
      'say what on_register() does.',
    { details: { plugin: manifest.plugin.id, missing, extra } },
  );
}
