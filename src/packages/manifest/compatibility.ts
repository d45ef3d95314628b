import { AisopodError, type ErrorCode } from '../../base/errors/index.js';
import { isInRange } from './host-range.js';
import type { PluginManifest } from './plugin-manifest.js';

/** What a plugin is compared with. */
export interface HostFacts {
  readonly hostVersion: string;
  /** Such as `linux-x64`. */
  readonly platform: string;
  readonly abiMajor: number;
  /** The newest minor that the host speaks. */
  readonly abiMinor: number;
  readonly features: readonly string[];
}

interface Refusal {
  readonly code: ErrorCode;
  readonly found: unknown;
  readonly expected: unknown;
  readonly message: string;
}

// Each rule compares like with like: the plugin's own version takes part in none of them.
const RULES: readonly ((manifest: PluginManifest, host: HostFacts) => Refusal | null)[] = [
  ({ plugin, compatibility: { platforms } }, { platform }) => {
    const entries = typeof plugin.entry === 'string' ? [] : Object.keys(plugin.entry);
    const short = [platforms as readonly string[], entries].find(
      (offered) => offered.length > 0 && !offered.includes(platform),
    );
    if (!short) return null;
    const message =
      `is for ${short.join(', ')}, and this is ${platform}. ` +
      `Take a build for ${platform}, or name the platform in the manifest.`;
    return { code: 'PLATFORM_UNSUPPORTED', found: platform, expected: short, message };
  },
  ({ compatibility: { host } }, { hostVersion }) => {
    if (isInRange(hostVersion, host)) return null;
    const message =
      `needs aisopod ${host}, and this is aisopod ${hostVersion}. ` +
      'Install an aisopod in that range (npm install aisopod@VERSION), or a version of the ' +
      `plugin that allows ${hostVersion}.`;
    return { code: 'HOST_VERSION', found: hostVersion, expected: host, message };
  },
  ({ compatibility: { abi } }, { abiMajor, abiMinor }) => {
    if (!abi || abi.major === abiMajor) return null;
    const found = `${abi.major}.${abi.minor}`;
    const expected = `${abiMajor}.${abiMinor}`;
    const message =
      `is built for ABI ${found}, and this host speaks ${expected}. ` +
      'Build it against the header of this host (`aisopod sdk path` says where it lies).';
    return { code: 'ABI_MAJOR', found, expected, message };
  },
  ({ compatibility: { abi } }, { abiMajor, abiMinor }) => {
    if (!abi || abi.minor <= abiMinor) return null;
    const found = `${abi.major}.${abi.minor}`;
    const expected = `${abiMajor}.${abiMinor}`;
    const message =
      `needs ABI ${found}, and this host speaks ${expected}. Install a newer aisopod ` +
      `(npm install aisopod@latest), or build the plugin for minor ${abiMinor} or lower.`;
    return { code: 'ABI_MINOR', found, expected, message };
  },
  ({ compatibility: { features } }, host) => {
    const missing = features.filter((feature) => !host.features.includes(feature));
    if (missing.length === 0) return null;
    const has = host.features.join(', ') || 'none';
    const message =
      `needs the feature ${missing.join(', ')}, and this host has ${has}. ` +
      'Switch it on under `[plugins.settings] features` of config.toml.';
    return { code: 'FEATURE_MISSING', found: host.features, expected: features, message };
  },
];

const INCOMPATIBILITIES: ReadonlySet<string | undefined> = new Set<ErrorCode>([
  'PLATFORM_UNSUPPORTED',
  'HOST_VERSION',
  'ABI_MAJOR',
  'ABI_MINOR',
  'FEATURE_MISSING',
]);

/** Whether a code says that a plugin does not fit this host. */
export function isIncompatibility(code: string | undefined): boolean {
  return INCOMPATIBILITIES.has(code);
}

/**
 * Whether a plugin fits this host, by its manifest alone.
 * @returns null, or the first reason against it: PLATFORM_UNSUPPORTED, HOST_VERSION, ABI_MAJOR,
 *   ABI_MINOR, FEATURE_MISSING; details: `{ id, version, found, expected }`
 */
export function checkCompatibility(manifest: PluginManifest, host: HostFacts): AisopodError | null {
  const { id, version } = manifest.plugin;
  for (const rule of RULES) {
    const refusal = rule(manifest, host);
    if (!refusal) continue;
    const { code, found, expected, message } = refusal;
    return new AisopodError(code, `${id} ${version} ${message}`, {
      details: { id, version, found, expected },
    });
  }
  return null;
}
