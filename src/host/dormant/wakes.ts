import { AisopodError } from '../../base/errors/index.js';
import { callersOf, type Gate } from '../../instance/index.js';
import type { Aside } from '../operations/operation-queue.js';
import type { Plugin } from '../plugins/plugin.js';
import type { PluginTable } from '../plugins/plugin-table.js';
import { neededBy } from './needed.js';

/** The start of a plugin that had waited until it was needed. */
interface Waking {
  /** Settles when the plugin serves or has failed; rejects if it can't be started now. */
  readonly done: Promise<void>;
  readonly ended: () => void;
  readonly refused: (why: AisopodError) => void;
}

/** What waking a plugin takes. */
export interface WakesHost {
  readonly plugins: PluginTable;
  /** Starts it, and those that it needs and that wait as well; how that came out is in their phases. */
  start(plugin: Plugin): Promise<void>;
}

/**
 * Starts plugins that wait until they are needed, each once, however many calls need it. What needs it waits,
 * within its own deadline. A wait that would never end is refused: a plugin that starts can't wait for one
 * that waits for it.
 */
export class Wakes implements Aside {
  readonly #host: WakesHost;
  readonly #waking = new Map<Plugin, Waking>();
  /** By the id of a plugin that starts: those that it waits for. */
  readonly #waits = new Map<string, Set<string>>();

  constructor(host: WakesHost) {
    this.#host = host;
  }

  /** What calls of a plugin wait for. */
  gateOf(plugin: Plugin): Gate {
    return { passed: ({ what, context }) => this.wake(plugin, what, callersOf(context)) };
  }

  /**
   * Starts a plugin, if it does not start already.
   * @param by what it is needed for, for people
   * @param callers ids of plugins that wait for that
   * @returns rejects with PLUGIN_NOT_ACTIVE if it can't be started now; else settles when it serves or failed
   */
  wake(plugin: Plugin, by: string, callers: readonly string[] = []): Promise<void> {
    const starting = callers.filter((id) => this.#host.plugins.find(id)?.isStarting === true);
    const circle = starting.find((id) => this.#isWaitedFor(id, plugin.name));
    if (circle !== undefined) return Promise.reject(inCircle(plugin.name, circle));
    const known = this.#waking.get(plugin);
    const { done } = known ?? this.begins(plugin, by);
    for (const id of starting) this.note(id, plugin.name);
    if (known === undefined) void this.#start(plugin);
    return done;
  }

  /** A plugin starts that had waited. */
  begins(plugin: Plugin, by: string): Waking {
    plugin.wake(by);
    let ended = () => {};
    let refused = (_: AisopodError) => {};
    const done = new Promise<void>((resolve, reject) => {
      ended = resolve;
      refused = reject;
    });
    done.catch(() => {}); // its callers receive the failure
    const waking = { done, ended, refused };
    this.#waking.set(plugin, waking);
    return waking;
  }

  /** A plugin serves, or its start has failed: what waits for it goes on. */
  ended(plugin: Plugin): void {
    this.#forget(plugin)?.ended();
  }

  /** Plugins start since they are needed. */
  get isBusy(): boolean {
    return this.#waking.size > 0;
  }

  /** Resolves when those that start now serve, or have failed. */
  async settled(): Promise<void> {
    await Promise.allSettled(Array.from(this.#waking.values(), ({ done }) => done));
  }

  /**
   * Waits for those that plugins need and that start already, since they are needed elsewhere. Nothing of them
   * starts when it returns null, until the caller lets it.
   * @throws AisopodError PLUGIN_NOT_ACTIVE when an operation starts one of them, which may wait for the plugins
   */
  neededNow(plugins: readonly Plugin[]): Promise<unknown> | null {
    const byId = new Map(this.#host.plugins.all.map((each) => [each.name, each]));
    const waits: Promise<void>[] = [];
    for (const [needed, needer] of neededBy(plugins, byId)) {
      const waking = plugins.includes(needed) ? undefined : this.#waking.get(needed);
      if (waking !== undefined) {
        this.note(needer.name, needed.name);
        waits.push(waking.done);
      } else if (needed.isStarting && !needed.isServing && needer.isDormant)
        throw notYet(needer.name, needed.name);
    }
    return waits.length === 0 ? null : Promise.allSettled(waits);
  }

  async #start(plugin: Plugin): Promise<void> {
    try {
      await this.#host.start(plugin);
      this.ended(plugin);
    } catch (error) {
      this.#forget(plugin)?.refused(AisopodError.from(error));
    }
  }

  /** A plugin that starts waits for another one, until that has started. Both by id. */
  note(plugin: string, waitsFor: string): void {
    const those = this.#waits.get(plugin);
    if (those === undefined) this.#waits.set(plugin, new Set([waitsFor]));
    else those.add(waitsFor);
  }

  /** Whether `plugin` is, or waits for, the one with that id, itself or through others. */
  #isWaitedFor(id: string, plugin: string, seen = new Set<string>()): boolean {
    if (plugin === id) return true;
    if (seen.has(plugin)) return false;
    seen.add(plugin);
    return [...(this.#waits.get(plugin) ?? [])].some((each) => this.#isWaitedFor(id, each, seen));
  }

  #forget(plugin: Plugin): Waking | undefined {
    const waking = this.#waking.get(plugin);
    this.#waking.delete(plugin);
    this.#waits.delete(plugin.name);
    for (const those of this.#waits.values()) those.delete(plugin.name);
    return waking;
  }
}

function inCircle(plugin: string, caller: string): AisopodError {
  const who = plugin === caller ? 'itself' : `${caller}, which waits for it`;
  return new AisopodError(
    'PLUGIN_NOT_ACTIVE',
    `Plugin ${plugin} is being started, and takes no calls of ${who} before that has ended.`,
    { details: { plugin, caller } },
  );
}

function notYet(plugin: string, needed: string): AisopodError {
  return new AisopodError(
    'PLUGIN_NOT_ACTIVE',
    `Plugin ${plugin} can't be started yet: it needs ${needed}, which is being started. Call it again later.`,
    { details: { plugin, needed } },
  );
}
