import { showPath } from '../../../base/text/index.js';
import type { DisabledBy, PluginInfo } from '../../../host/index.js';
import type { Phase } from '../../../host/plugins/phases.js';
import type { Entry } from '../../../registry/index.js';
import { failed } from '../../open-host.js';

/** The steps from a folder to a running plugin, in their order. */
export const STEPS = ['found', 'checked', 'needs', 'opened', 'registered', 'started'] as const;
export type Step = (typeof STEPS)[number];

/** What came of one step. */
export interface Check {
  readonly step: Step;
  readonly ok: boolean;
  readonly text: string;
}

/** What the doctor says about one finding. */
export interface Finding {
  readonly plugin: PluginInfo;
  /** `aside`: it is not to run, by a decision (switched off, or another copy takes its place). */
  readonly verdict: 'ok' | 'warned' | 'failed' | 'aside';
  /** The steps that were made; the one that failed is the last. */
  readonly checks: readonly Check[];
}

// The step at which a plugin in one of these phases has stopped.
const STOPPED: Partial<Record<Phase, Step>> = {
  failed_manifest: 'checked',
  shadowed: 'checked',
  refused: 'checked',
  incompatible: 'checked',
  failed_dependency: 'needs',
  skipped_dependency: 'needs',
  failed_config: 'checked',
  failed_load: 'opened',
  failed_register: 'registered',
  failed_restore: 'registered',
  failed_init: 'started',
  disabled: 'checked',
};

/**
 * Follows a plugin from its folder to where it stands.
 * @param entries what it has registered and that can be called
 * @param disabledBy the files that keep it off
 */
export function examine(
  plugin: PluginInfo,
  entries: readonly Pick<Entry, 'kind' | 'name'>[],
  disabledBy: readonly DisabledBy[],
): Finding {
  const { state, reason, error, warnings } = plugin;
  const stopped = state === 'crashed' ? crashedAt(error) : STOPPED[state];
  const checks: Check[] = [];
  for (const step of STEPS) {
    if (step === stopped) {
      const text =
        state === 'disabled' ? (reason ?? switchedOff(disabledBy)) : why(error?.code, reason);
      checks.push({ step, ok: false, text });
      break;
    }
    const text = TEXTS[step](plugin, entries);
    if (text !== null) checks.push({ step, ok: true, text });
  }
  // It came up and is in trouble now.
  if (failed(plugin) && stopped === undefined) {
    checks.push({ step: 'started', ok: false, text: why(error?.code, reason) });
  }
  const verdict = failed(plugin)
    ? 'failed'
    : stopped
      ? 'aside'
      : warnings.length > 0
        ? 'warned'
        : 'ok';
  return { plugin, verdict, checks };
}

/** The step in which a trial has crashed. */
function crashedAt(error: PluginInfo['error']): Step {
  const { step } = (error?.details ?? {}) as { step?: string };
  if (step === 'open') return 'opened';
  return step === 'init' ? 'started' : 'registered';
}

function why(code: string | undefined, reason: string | null): string {
  return `${code ?? 'unknown'}: ${reason ?? 'no reason is known'}`;
}

function switchedOff(by: readonly DisabledBy[]): string {
  const places = by.map(({ file, line }) => showPath(file) + (line === null ? '' : `:${line}`));
  return ['switched off', ...(places.length === 0 ? [] : [`in ${places.join(' and ')}`])].join(' ');
}

type Text = (plugin: PluginInfo, entries: readonly Pick<Entry, 'kind' | 'name'>[]) => string | null;

const TEXTS: Record<Step, Text> = {
  found: ({ path, origin }) => `${showPath(path)} (${origin})`,
  checked: ({ entry }) =>
    `manifest, owner and modes, compatibility; entry ${entry === null ? '-' : showPath(entry)}`,
  needs: ({ manifest }) => {
    const ids = Object.keys(manifest?.dependencies ?? {});
    return ids.length === 0 ? null : ids.join(', ');
  },
  opened: ({ library, timings }) =>
    library &&
    `${library.format} ${library.machine}, ABI ${library.abi}, as ${showPath(library.opened)}` +
      took(timings.open),
  registered: ({ timings: { create, register } }, entries) =>
    byKind(entries) + took(register === undefined ? create : register + (create ?? 0)),
  started: ({ state, timings }) => `${state}${took(timings.init)}`,
};

/** `tools a, b; command c`. */
function byKind(entries: readonly Pick<Entry, 'kind' | 'name'>[]): string {
  const names = new Map<string, string[]>();
  for (const { kind, name } of entries) {
    const same = names.get(kind);
    if (same) same.push(name);
    else names.set(kind, [name]);
  }
  const parts = Array.from(names, ([kind, all]) => {
    const plural = all.length === 1 || kind === 'middleware' ? kind : `${kind}s`;
    return `${plural} ${all.join(', ')}`;
  });
  return parts.join('; ') || 'nothing';
}

function took(ms: number | undefined): string {
  return ms === undefined ? '' : `, ${ms.toFixed(1)} ms`;
}
