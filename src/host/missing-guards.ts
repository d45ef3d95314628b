import { findHook, type Hooks } from '../hooks/index.js';
import { isFailure, type LifecycleChange } from '../lifecycle/index.js';
import type { PluginRecord } from './plugin-record.js';

const GUARDED = 'BeforeToolExecute';

/**
 * A plugin whose manifest says that it is asked before every tool call, and that is not there to be
 * asked since it has failed, lets none through: a guard fails closed also by not starting. One that
 * is switched off, or unloaded, was taken away on purpose.
 */
export class MissingGuards {
  readonly #hooks: Pick<Hooks, 'register'>;
  readonly #find: (id: string) => PluginRecord | undefined;
  /** By id: takes the block back. */
  readonly #blocks = new Map<string, () => void>();

  /** @param find the plugin of that id, of several the one that is not shadowed */
  constructor(hooks: Pick<Hooks, 'register'>, find: (id: string) => PluginRecord | undefined) {
    this.#hooks = hooks;
    this.#find = find;
  }

  /** To be called whenever a plugin has come into another phase. */
  follow({ id, to }: Pick<LifecycleChange, 'id' | 'to'>): void {
    const missing = isFailure(to) && isMissing(this.#find(id));
    if (missing === this.#blocks.has(id)) return;
    this.#blocks.get(id)?.();
    this.#blocks.delete(id);
    if (missing) this.#blocks.set(id, this.#block(id));
  }

  #block(id: string): () => void {
    const reason =
      `${id} is to be asked before tools are called, and does not run. Why: aisopod plugins ` +
      `inspect ${id}. Without it: aisopod plugins disable ${id}`;
    const decision = { action: 'block', reason } as const;
    // Before all others, which might end the question by allowing it.
    const priority = Number.MIN_SAFE_INTEGER;
    return this.#hooks.register(GUARDED, () => decision, { plugin: id, priority });
  }
}

/** A stuck one is asked all the same, and blocks by not answering. */
function isMissing(record: PluginRecord | undefined): boolean {
  const manifest = record?.found.manifest;
  if (!record || !manifest || !isFailure(record.phase) || record.phase === 'stuck') return false;
  if (record.found.error?.code === 'SHADOWED') return false;
  return manifest.capabilities.hooks.some((name) => findHook(name) === GUARDED);
}
