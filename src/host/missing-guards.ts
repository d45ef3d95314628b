import { showPath } from '../base/text/index.js';
import { findHook, type HooksService } from '../kinds/hooks/index.js';
import type { CoreListener, HostCore } from './host-core.js';
import type { LifecycleChange } from './plugins/lifecycle.js';
import type { Phase } from './plugins/phases.js';

const GUARDED = 'BeforeToolExecute';

/**
 * Phases in which a guard is asked, or is not there on purpose. A stuck one is asked all the same, and
 * blocks by not answering.
 */
const SETTLED: ReadonlySet<Phase> = new Set<Phase>([
  'active',
  'stuck',
  'disabled',
  'draining',
  'unloaded',
]);

/**
 * While an enabled plugin whose manifest lists BeforeToolExecute is anything but active (it starts,
 * waits for what it needs, has failed), and does not wait until it is asked, the host blocks every tool call: a guard fails closed. So does
 * one whose manifest can't be read any more, if it was such a plugin when it last could be. One that
 * is switched off, or unloaded, was taken away on purpose.
 */
export class MissingGuards implements CoreListener {
  readonly #hooks: Pick<HooksService, 'register'>;
  readonly #core: Pick<HostCore, 'plugins' | 'enabled'>;
  /** By the name of the plugin: takes the block back. */
  readonly #blocks = new Map<string, () => void>();

  constructor(hooks: Pick<HooksService, 'register'>, core: Pick<HostCore, 'plugins' | 'enabled'>) {
    this.#hooks = hooks;
    this.#core = core;
  }

  /** A plugin has come into another phase. */
  phaseChanged({ id: name, to }: Pick<LifecycleChange, 'id' | 'to'>): void {
    const missing = SETTLED.has(to) ? null : this.#missing(name);
    if ((missing !== null) === this.#blocks.has(name)) return;
    this.#blocks.get(name)?.();
    this.#blocks.delete(name);
    if (missing !== null) this.#blocks.set(name, this.#block(missing));
  }

  /** The guard that a plugin is, and that can't be asked. */
  #missing(name: string): { id: string; advice: string } | null {
    const plugin = this.#core.plugins.named(name);
    if (plugin === undefined) return null;
    const { id, manifest, hooks, lastGood, path, error } = plugin.found;
    if (error?.code === 'SHADOWED') return null;
    if (manifest !== null && id !== null) {
      if ((!guards(hooks) && !plugin.isGuard) || plugin.isServing) return null;
      const advice = `Show why with: aisopod plugins inspect ${id}. Disable it with: aisopod plugins disable ${id}`;
      return { id, advice };
    }
    if (lastGood === null || plugin.isServing) return null;
    if (!guards(lastGood.capabilities.hooks)) return null;
    const { id: before } = lastGood.plugin;
    // Another copy of it may have taken its place.
    const isTaken = this.#core.plugins.named(before) !== undefined;
    if (isTaken || !this.#core.enabled.has(before)) return null;
    const advice = `Its manifest can't be read any more: fix it, or remove ${showPath(path)}`;
    return { id: before, advice };
  }

  #block({ id, advice }: { id: string; advice: string }): () => void {
    const reason = `${id} guards tool calls, and does not run. ${advice}`;
    const decision = { action: 'block', reason } as const;
    // Before all others, which might end the question by allowing it.
    const priority = Number.MIN_SAFE_INTEGER;
    return this.#hooks.register(GUARDED, () => decision, { plugin: id, priority });
  }
}

function guards(hooks: readonly string[]): boolean {
  return hooks.some((name) => findHook(name) === GUARDED);
}
