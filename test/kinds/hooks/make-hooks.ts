import type { AisopodError } from '../../../src/base/errors/index.js';
import { type HooksHost, HooksService } from '../../../src/kinds/hooks/index.js';
import { KIND_DEFINITIONS } from '../../../src/kinds/index.js';
import { Epoch, Registry } from '../../../src/registry/index.js';
import { anyPayload } from '../../support/any-payload.js';
import { makeDispatcher } from '../../support/generations.js';

/** Hooks without plugins: what the embedder registers is all there is. */
export function makeHooks(more: Partial<HooksHost> = {}) {
  const warnings: AisopodError[] = [];
  const errors: AisopodError[] = [];
  const kept: { plugin: string; warning: AisopodError }[] = [];
  const registry = new Registry(KIND_DEFINITIONS);
  const hooks = new HooksService({
    dispatcher: makeDispatcher(registry, new Epoch()),
    hookMs: () => 5_000,
    payloadProblems: {},
    warn: (_, warning) => warnings.push(warning),
    error: (_, error) => errors.push(error),
    keepWarning: (plugin, warning) => kept.push({ plugin, warning }),
    ...more,
  });
  return { hooks: anyPayload(hooks), warnings, errors, kept };
}

/** A call on nobody's behalf. */
export const CALL = { context: undefined, signal: undefined };

/** A callback that fails. */
export function failing(): never {
  throw new Error('oops');
}
