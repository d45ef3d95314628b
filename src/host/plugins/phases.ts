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
  // The way up. discovered: what was found says how far the plugin can go
  discovered: ['validated', 'failed_manifest', 'shadowed', 'refused', 'incompatible', 'disabled'],
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
  downloaded: ['loaded', 'failed_load', 'quarantined', 'unloaded'],
  // unloaded, abandoned: it is unloaded while it starts, and a function that overstays its limit may hold it for good
  loaded: ['registered', 'failed_register', 'crashed', 'abandoned', 'unloaded'],
  // loaded and other failures: it was not opened before
  registered: [
    'loaded',
    'initialised',
    'failed_dependency',
    'skipped_dependency',
    'failed_config',
    'failed_load',
    'failed_init',
    'disabled',
    'crashed',
    'quarantined',
    'abandoned',
    'unloaded',
  ],
  initialised: ['active', 'crashed', 'abandoned', 'unloaded'],
  active: ['draining', 'disabled', 'stuck', 'crashed', 'quarantined'],

  // During a reload or a stop: running calls may end. A failure: the reload of a plugin that allows one instance
  // has ended the old one, and neither the new one nor the old one could be made
  draining: [
    'active',
    'crashed',
    'failed_config',
    'failed_load',
    'failed_register',
    'failed_restore',
    'failed_init',
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
    'crashed',
    'quarantined',
    'unloaded',
  ],

  // Trouble of a running plugin. What crashes in a process of its own is started again
  stuck: ['active', 'draining', 'disabled', 'crashed', 'quarantined'],
  crashed: ['restarting', 'discovered', 'disabled', 'quarantined', 'unloaded'],
  restarting: ['loaded', 'failed_load', 'crashed', 'quarantined', 'unloaded'],

  // Trouble of a folder, which ends when another one is found
  failed_manifest: ['discovered', 'unloaded'],
  shadowed: ['discovered', 'unloaded'],
  refused: ['discovered', 'unloaded'],
  incompatible: ['discovered', 'unloaded'],

  // Trouble on the way up, which may end when the plugin is started again
  failed_dependency: ['discovered', 'disabled', 'unloaded'],
  skipped_dependency: ['discovered', 'disabled', 'unloaded'],
  failed_config: ['discovered', 'disabled', 'unloaded'],
  failed_load: ['discovered', 'disabled', 'unloaded'],
  failed_register: ['discovered', 'disabled', 'unloaded'],
  failed_restore: ['discovered', 'disabled', 'unloaded'],
  failed_init: ['discovered', 'disabled', 'unloaded'],

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
