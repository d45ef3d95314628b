import { readFileSync, statSync } from 'node:fs';
import prerelease from 'semver/functions/prerelease.js';
import rcompare from 'semver/functions/rcompare.js';
import { AisopodError } from '../../base/errors/index.js';
import { showPath } from '../../base/text/index.js';
import type { PluginManifest } from '../manifest/index.js';
import type { Candidate, DiscoveredPlugin } from './discovered-plugin.js';

/** The version that an id is held at; null when it is not. */
export type PinOf = (id: string) => string | null;

/**
 * Decides which of the candidates of each id is the plugin. A pin, else the first in order; among
 * versions side by side the highest stable one that fits. The others say what stands in their way.
 *
 * @param candidates in the order of precedence
 * @param lastGood what is remembered of a folder
 */
export function choose(
  candidates: readonly Candidate[],
  pinOf: PinOf,
  lastGood: (path: string) => PluginManifest | null,
): DiscoveredPlugin[] {
  const byId = new Map<string, Candidate[]>();
  for (const candidate of candidates) {
    // What others could have put there takes no other plugin's place.
    if (candidate.id === null || candidate.error?.code === 'PATH_UNSAFE') continue;
    const same = byId.get(candidate.id);
    if (same) same.push(candidate);
    else byId.set(candidate.id, [candidate]);
  }
  const errors = new Map<Candidate, AisopodError>();
  for (const [id, rivals] of byId) {
    const pin = pinOf(id);
    if (pin === null && rivals.length === 1) continue;
    const pinned = rivals.find((rival) => versionOf(rival) === pin);
    const winner = pinned ?? best(rivals);
    if (pin !== null && !pinned) errors.set(winner, versionPinned(id, pin, rivals.map(versionOf)));
    for (const rival of rivals) if (rival !== winner) errors.set(rival, lost(rival, winner));
  }
  return candidates.map((candidate) => ({
    path: candidate.path,
    id: candidate.id,
    manifest: candidate.manifest,
    lastGood: candidate.manifest === null ? lastGood(candidate.path) : null,
    manifestFile: candidate.manifestFile,
    entry: candidate.entry,
    origin: candidate.origin,
    error: errors.get(candidate) ?? candidate.error,
    warnings: candidate.warnings,
  }));
}

function versionOf({ manifest }: Candidate): string {
  return manifest?.plugin.version ?? '';
}

/** The best version where the first of them lies. */
function best(rivals: readonly Candidate[]): Candidate {
  const [first] = rivals as [Candidate];
  const [winner] = rivals
    .filter(({ group }) => group === first.group)
    .sort(
      (a, b) =>
        Number(a.error !== null) - Number(b.error !== null) ||
        Number(isPrerelease(a)) - Number(isPrerelease(b)) ||
        rcompare(versionOf(a), versionOf(b)),
    );
  return winner as Candidate;
}

function isPrerelease(candidate: Candidate): boolean {
  return prerelease(versionOf(candidate)) !== null;
}

/** The error for a pin at a version that is not there. */
export function versionPinned(id: string, pin: string, there: readonly string[]): AisopodError {
  return new AisopodError(
    'VERSION_PINNED',
    `config.toml holds ${id} at ${pin} ([plugins.settings.${id}] version), and there is only ` +
      `${there.join(', ')}. Install ${pin}, or change the pin.`,
    { details: { id, found: there, expected: pin } },
  );
}

function lost(loser: Candidate, winner: Candidate): AisopodError {
  const details = { id: loser.id, path: loser.path, by: winner.path };
  const [mine, other] = [versionOf(loser), versionOf(winner)];
  const both = `${showPath(loser.path)} and ${showPath(winner.path)}`;
  if (loser.origin === winner.origin && mine === other && !sameBytes(loser, winner)) {
    return new AisopodError(
      'DUPLICATE_PLUGIN',
      `${both} are both ${loser.id} ${mine}, with different bytes. The latter is used; remove ` +
        'one, or give one of them another version.',
      { details },
    );
  }
  return new AisopodError(
    'SHADOWED',
    `${showPath(loser.path)} (${loser.id} ${mine}) is shadowed by ${showPath(winner.path)} ` +
      `(${other}). Remove one, or pin a version under [plugins.settings.${loser.id}].`,
    { details },
  );
}

/** Whether manifest and entry of two plugins are equal, byte by byte. */
function sameBytes(a: Candidate, b: Candidate): boolean {
  return (
    sameFile(a.manifestFile, b.manifestFile) &&
    sameFile(a.entry?.real ?? null, b.entry?.real ?? null)
  );
}

function sameFile(a: string | null, b: string | null): boolean {
  if (a === b || a === null || b === null) return a === b;
  try {
    return statSync(a).size === statSync(b).size && readFileSync(a).equals(readFileSync(b));
  } catch {
    // What cannot be read any more can't be shown to be equal.
    return false;
  }
}
