import type { AisopodError } from '../../base/errors/index.js';
import { isIncompatibility } from '../../packages/manifest/index.js';

/** A phase in the life of a plugin. */
export type Phase =
  | 'discovered'
  | 'validated'
  | 'downloaded'
  | 'loaded'
  | 'registered'
  | 'initialised'
  | 'active'
  | 'draining'
  | 'disabled'
  | 'stuck'
  | 'crashed'
  | 'restarting'
  | 'failed_manifest'
  | 'shadowed'
  | 'refused'
  | 'incompatible'
  | 'failed_dependency'
  | 'skipped_dependency'
  | 'failed_config'
  | 'failed_load'
  | 'failed_register'
  | 'failed_restore'
  | 'failed_init'
  | 'quarantined'
  | 'unloaded'
  | 'abandoned';

/**
 * Where a plugin can stand, and where it can go from there. The lifecycle is this table: nothing
 * else in the host keeps a flag about it.
 */
const TRANSITIONS: Readonly<Record<Phase, readonly Phase[]>> = {
  // The way up
  discovered: [
    'validated',
    'failed_manifest',
    'shadowed',
    'refused',
    'incompatible',
    'failed_dependency',
    'skipped_dependency',
    'failed_config',
    'disabled',
    'quarantined',
    'unloaded',
  ],
  // crashed: a trial in a process of its own says so, and nothing of it runs here
  // registered: what it registered earlier is known, so it is opened when it is needed
  validated: [
    'downloaded',
    'loaded',
    'registered',
    'crashed',
    'failed_dependency',
    'skipped_dependency',
    'failed_config',
    'failed_load',
    'disabled',
    'quarantined',
    'unloaded',
  ],
  downloaded: [
    'loaded',
    'skipped_dependency',
    'failed_load',
    'disabled',
    'quarantined',
    'unloaded',
  ],
  loaded: [
    'registered',
    'skipped_dependency',
    'failed_config',
    'failed_load',
    'failed_register',
    'stuck',
    'crashed',
    'abandoned',
    'unloaded',
  ],
  // loaded and other failures: it was not opened before
  registered: [
    'loaded',
    'initialised',
    'failed_dependency',
    'skipped_dependency',
    'failed_config',
    'failed_load',
    'failed_restore',
    'failed_init',
    'disabled',
    'stuck',
    'crashed',
    'quarantined',
    'abandoned',
    'unloaded',
  ],
  initialised: ['active', 'failed_init', 'stuck', 'crashed', 'abandoned', 'unloaded'],
  active: ['draining', 'disabled', 'stuck', 'crashed', 'quarantined', 'abandoned', 'unloaded'],

  // During a reload, a disable or a stop: running calls may end. A failure: the reload of a plugin that
  // allows one instance has ended the old one, and neither the new one nor the old one could be made
  draining: [
    'active',
    'disabled',
    'stuck',
    'crashed',
    'failed_register',
    'failed_restore',
    'failed_init',
    'quarantined',
    'abandoned',
    'unloaded',
  ],

  // Switched off: with its instance kept (back to active), before it was needed (back to registered), or never
  // started (back to discovered)
  disabled: [
    'active',
    'registered',
    'discovered',
    'draining',
    'stuck',
    'crashed',
    'quarantined',
    'unloaded',
  ],

  // Trouble of a running plugin
  stuck: ['active', 'draining', 'disabled', 'crashed', 'quarantined', 'abandoned', 'unloaded'],
  crashed: ['restarting', 'discovered', 'disabled', 'quarantined', 'abandoned', 'unloaded'],
  restarting: [
    'loaded',
    'active',
    'failed_load',
    'failed_register',
    'failed_init',
    'crashed',
    'quarantined',
    'unloaded',
  ],

  // Trouble on the way up. A function that overstayed its limit may hold the instance for good
  failed_manifest: ['discovered', 'disabled', 'unloaded'],
  shadowed: ['discovered', 'disabled', 'unloaded'],
  refused: ['discovered', 'disabled', 'unloaded'],
  incompatible: ['discovered', 'disabled', 'unloaded'],
  failed_dependency: ['discovered', 'disabled', 'unloaded'],
  skipped_dependency: ['discovered', 'disabled', 'unloaded'],
  failed_config: ['discovered', 'disabled', 'unloaded'],
  failed_load: ['discovered', 'disabled', 'quarantined', 'unloaded'],
  failed_register: ['discovered', 'disabled', 'quarantined', 'abandoned', 'unloaded'],
  failed_restore: ['discovered', 'disabled', 'quarantined', 'abandoned', 'unloaded'],
  failed_init: ['discovered', 'disabled', 'quarantined', 'abandoned', 'unloaded'],

  // The end, until someone asks again. What was abandoned still runs code and never comes back
  quarantined: ['discovered', 'unloaded'],
  unloaded: ['discovered'],
  abandoned: [],
};

/** All phases; the way up comes first, in its order. */
export const PHASES = Object.keys(TRANSITIONS) as readonly Phase[];

const FAILURES: ReadonlySet<Phase> = new Set<Phase>([
  'failed_manifest',
  'refused',
  'incompatible',
  'failed_dependency',
  'skipped_dependency',
  'failed_config',
  'failed_load',
  'failed_register',
  'failed_restore',
  'failed_init',
  'stuck',
  'crashed',
  'quarantined',
  'abandoned',
]);

/** The phase of a plugin that is not started, by what speaks against its folder. */
export function phaseOfFault({ code }: AisopodError): Phase {
  if (code === 'SHADOWED') return 'shadowed';
  if (code === 'PATH_UNSAFE' || code === 'NAME_TWINS') return 'refused';
  return isIncompatibility(code) ? 'incompatible' : 'failed_manifest';
}

/** Whether something went wrong with a plugin in this phase; such a phase always has a reason. */
export function isFailure(phase: Phase): boolean {
  return FAILURES.has(phase);
}

/** The phases that may follow `phase` directly. */
export function nextPhases(phase: Phase): readonly Phase[] {
  return TRANSITIONS[phase];
}
