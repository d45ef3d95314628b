import { AisopodError } from '../../base/errors/index.js';

/** An instance that is alive in this process. */
interface AliveInstance {
  /** Of its plugin. */
  readonly id: string;
  /** It allows no other instance with its id. */
  readonly single: boolean;
  /** For people: which one it is. */
  readonly text: string;
}

// One map by id for all hosts of this thread, even if two copies of this package are loaded.
const KEY = Symbol.for('aisopod.process.instances');
const shared = globalThis as { [KEY]?: Map<string, AliveInstance[]> };

/**
 * Counts an instance among those that are alive. The core does the same for plugins in C, across
 * Workers too; this map adds what runs in JavaScript.
 * @returns ends that
 * @throws AisopodError INSTANCE_LIMIT when it, or one with its id that is alive, allows no other
 */
export function enterProcess(instance: AliveInstance): () => void {
  const { id } = instance;
  shared[KEY] ??= new Map();
  const all = shared[KEY];
  const alive = all.get(id);
  for (const first of alive ?? []) {
    if (!(first.single || instance.single)) continue;
    throw new AisopodError(
      'INSTANCE_LIMIT',
      `Plugin ${id} allows one instance in a process (single), and another one is alive: ` +
        `${first.text}. Unload that one first.`,
      { details: { plugin: id, holder: first.text } },
    );
  }
  if (alive === undefined) all.set(id, [instance]);
  else alive.push(instance);
  return () => {
    const left = (all.get(id) ?? []).filter((each) => each !== instance);
    if (left.length > 0) all.set(id, left);
    else all.delete(id);
  };
}
