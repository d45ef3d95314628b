import { AisopodError } from '../../base/errors/index.js';
import type { DiscoveredPlugin } from '../../packages/discovery/index.js';
import type { PluginManifest } from '../../packages/manifest/index.js';
import type { PluginFilesChange } from '../events.js';
import type { DependencyPlan } from '../lifecycle/dependency-levels.js';
import { stopPlugins } from '../lifecycle/stop-plugins.js';
import type { Finding } from '../plugins/finding.js';
import type { Plugin } from '../plugins/plugin.js';
import { Attempts } from './attempts.js';
import { judgeChanges, type Verdict } from './judge-changes.js';
import { mergeFindings } from './merge-findings.js';
import { comesOutOtherwise, isWaiting, planWith, unmetBy } from './plan-changes.js';
import type { QuietUnits } from './quiet-units.js';
import { type ChangeContext, replacePlugin } from './replace-plugin.js';
import { hasSameContent } from './same-content.js';
import type { WatchPlugins } from './watch-plugins.js';

type Verdicts = Map<string, Verdict>;

/** What became of the plugins that were to be started or replaced. */
interface Brought {
  readonly replaced: readonly Plugin[];
  /** Those that were dormant. */
  readonly woken: readonly Plugin[];
  /** Those of which nothing goes on. */
  readonly lost: readonly Plugin[];
  /** Whether others go on as they were. */
  readonly failed: boolean;
}

/** Brings what the folders of plugins hold now to the plugins of a host. */
export class FollowPlugins {
  readonly #context: ChangeContext;
  readonly #attempts = new Attempts();
  /** Names of plugins whose files have changed, and that are still as they were. */
  #open: ReadonlySet<string> = new Set();
  /** What was said last about plugins that go on as they were, by name. */
  readonly #refusals = new Map<string, string>();

  #isBusy = false;

  constructor(context: ChangeContext) {
    this.#context = context;
  }

  /**
   * Scans the search paths, and starts, replaces and ends plugins until the host is as one that starts on
   * the same folders. One of the host's operations.
   */
  async apply(watch: Pick<WatchPlugins, 'look' | 'units'>): Promise<PluginFilesChange> {
    const { core, finder } = this.#context;
    const { plugins } = core;
    const before = plugins.findings.map(({ finding }) => finding);
    watch.look();
    const found = this.#scan(before);
    watch.look(); // what has changed during the scan waits for the next one
    const { units } = watch;
    const isOwn = (each: DiscoveredPlugin) => this.#isOwn(each);
    const judged = judgeChanges({ plugins, units, found, open: this.#open, isOwn });
    units.take();
    const verdicts: Verdicts = new Map(judged);
    await this.#narrow(verdicts, units);
    const plan = this.#plan(verdicts);

    const ended = this.#named(verdicts, 'end');
    const unmet = unmetBy(plan, plugins.serving);
    const stopped = [...ended, ...unmet].filter(({ isThere }) => isThere);
    // Nothing of these was opened, and nothing of them can be.
    const dormant = this.#named(verdicts, 'start').filter(({ isDormant }) => isDormant);
    await stopPlugins([...stopped, ...dormant], { core, reason: 'unload' });
    for (const { phase, name, lifecycle } of ended) {
      if (phase === 'abandoned')
        verdicts.set(name, { does: 'wait' }); // its code still runs
      else if (lifecycle.can('unloaded')) lifecycle.to('unloaded'); // it did not run
    }
    const merge = () => mergeFindings(before, found, verdicts, (each) => isOwn(each.found));
    finder.update(merge());
    const wanted = this.#prepare(verdicts, plan, unmet);
    const brought = await this.#bring(verdicts, plan, wanted);
    if (brought.failed) finder.update(merge());
    const failed = [...brought.lost, ...(await this.#settle())];
    await this.#context.starter.registryChanged();
    return {
      started: namesOf([...wanted, ...brought.woken].filter(({ phase }) => phase === 'active')),
      replaced: namesOf(brought.replaced),
      stopped: namesOf([...stopped, ...failed].filter(({ isThere }) => !isThere)),
      refused: this.#refuse(verdicts),
    };
  }

  /** What stands in the search paths, but for what the program itself brought from there. */
  #scan(before: readonly Finding[]): Finding[] {
    const own = before.filter(({ found }) => this.#isOwn(found));
    const paths = new Set(own.map(({ found }) => found.path));
    return this.#context.finder.rescan(own).filter(({ found }) => !paths.has(found.path));
  }

  /** Whether the program itself brought it, by register() or loadPlugin(). */
  #isOwn({ origin }: DiscoveredPlugin): boolean {
    if (origin.origin === 'embedder') return true;
    if (origin.origin !== 'option') return false;
    return this.#context.finder.places.every(({ path }) => path !== origin.path);
  }

  #named(verdicts: Verdicts, does: Verdict['does']): Plugin[] {
    const { plugins } = this.#context.core;
    return [...verdicts].flatMap(([name, verdict]) =>
      verdict.does === does ? (plugins.named(name) ?? []) : [],
    );
  }

  /**
   * What was only touched, stays; so does what the program has ended, and what was tried as it is now. What
   * is left is tried.
   */
  async #narrow(verdicts: Verdicts, units: QuietUnits): Promise<void> {
    for (const [name, verdict] of verdicts) {
      if (verdict.does === 'end') this.#attempts.forget(name);
      if (verdict.does !== 'compare' && verdict.does !== 'start') continue;
      const { finding } = verdict;
      const plugin = this.#context.core.plugins.named(name);
      const isKept = plugin?.isThere === true || plugin?.phase === 'unloaded';
      const last = this.#attempts.same(name, finding, units);
      if (isKept && (await hasSameContent(plugin, finding))) {
        verdicts.set(name, { does: 'stay', finding });
      } else if (last === undefined || plugin === undefined) {
        this.#attempts.begin(name, finding, units);
      } else if (verdict.does === 'start') {
        verdicts.set(name, { does: 'stay', finding });
      } else if (last.reason !== null) {
        verdicts.set(name, { does: 'refuse', reason: last.reason });
      }
    }
  }

  /**
   * Plans the changes. A plugin that runs and could not start with its new files goes on as it is; nothing goes
   * on of a dormant one.
   */
  #plan(verdicts: Verdicts): DependencyPlan {
    const { core } = this.#context;
    const refused = new Map<string, Verdict>();
    for (;;) {
      const plan = planWith(core, this.#newManifests(verdicts));
      const failing = [...verdicts].filter(
        ([name, { does }]) => does === 'compare' && plan.failures.has(name),
      );
      for (const [name, verdict] of failing) {
        if (verdict.does === 'compare' && core.plugins.named(name)?.isDormant === true) {
          verdicts.set(name, { ...verdict, does: 'start' });
          continue;
        }
        refused.set(name, verdict);
        verdicts.set(name, { does: 'refuse', reason: plan.failures.get(name) as AisopodError });
      }
      if (failing.length > 0) continue;
      // It has to be ended anyway, and nothing is left that could go on.
      const both = [...refused].filter(([name]) => plan.failures.has(name));
      for (const [name, verdict] of both) {
        refused.delete(name);
        if (verdict.does === 'compare') verdicts.set(name, { ...verdict, does: 'start' });
      }
      if (both.length === 0) return plan;
    }
  }

  #newManifests(verdicts: Verdicts): Map<string, PluginManifest | null> {
    const { enabled } = this.#context.core;
    const news = new Map<string, PluginManifest | null>();
    for (const [name, verdict] of verdicts) {
      if (verdict.does === 'end') news.set(name, null);
      if (verdict.does !== 'start' && verdict.does !== 'compare') continue;
      const { error, manifest } = verdict.finding.found;
      const starts = error === null && manifest !== null && enabled.has(name);
      news.set(name, starts ? manifest : null);
    }
    return news;
  }

  /** Brings all that is to be started to the phase validated. @returns them */
  #prepare(verdicts: Verdicts, plan: DependencyPlan, unmet: readonly Plugin[]): Plugin[] {
    const { core, finder } = this.#context;
    const wanted: Plugin[] = [];
    for (const plugin of core.plugins.all) {
      const verdict = verdicts.get(plugin.name);
      if (verdict?.does === 'stay' && verdict.finding !== null) plugin.relocate(verdict.finding);
      const again =
        unmet.includes(plugin) || (isWaiting(plugin) && comesOutOtherwise(plugin, plan));
      if (verdict?.does === 'start') {
        if (plugin.phase !== 'discovered') plugin.use(verdict.finding);
      } else if (again && plugin.lifecycle.can('discovered')) plugin.lifecycle.to('discovered');
      else continue;
      finder.validate(plugin);
      wanted.push(plugin);
    }
    return wanted;
  }

  /**
   * Starts and replaces plugins in the order in which they need each other.
   * @returns what became of them
   */
  async #bring(
    verdicts: Verdicts,
    { levels }: DependencyPlan,
    wanted: readonly Plugin[],
  ): Promise<Brought> {
    const { core, starter } = this.#context;
    const { dispatcher, plugins } = core;
    const replaced: Plugin[] = [];
    const woken: Plugin[] = [];
    const lost: Plugin[] = [];
    let failed = false;
    const left = new Set(wanted);
    const start = async (those: readonly Plugin[]) => {
      for (const each of those) left.delete(each);
      if (those.length > 0 && !dispatcher.isClosed) await starter.start(those);
    };
    for (const ids of levels) {
      for (const id of ids) {
        const verdict = verdicts.get(id);
        const plugin = plugins.named(id);
        if (verdict?.does !== 'compare' || plugin === undefined || dispatcher.isClosed) continue;
        const wasDormant = plugin.isDormant;
        const reason = await this.#replace(plugin, verdict.finding);
        if (reason === null) {
          (wasDormant ? woken : replaced).push(plugin);
          continue;
        }
        if (!plugin.isThere) {
          // Neither its new files nor its old ones could be started, as its phase says.
          plugin.relocate(verdict.finding);
          lost.push(plugin);
          continue;
        }
        failed = true;
        verdicts.set(id, { does: 'refuse', reason });
      }
      const here = new Set(ids);
      await start([...left].filter(({ name }) => here.has(name)));
    }
    await start([...left]);
    return { replaced, woken, lost, failed };
  }

  /** @returns why the plugin goes on as it was; null: it runs with its new files */
  async #replace(plugin: Plugin, finding: Finding): Promise<AisopodError | null> {
    const { name } = plugin;
    // Its reload may have followed that of a plugin that it needs.
    if (await hasSameContent(plugin, finding)) {
      plugin.relocate(finding);
      return null;
    }
    const failure = await replacePlugin(plugin, finding, this.#context);
    if (failure === null) return null;
    this.#isBusy ||= failure.isBusy;
    if (failure.isBusy) this.#attempts.forget(name);
    else this.#attempts.failed(name, failure.reason);
    return failure.reason;
  }

  /** Whether a plugin could not be replaced since calls in flight did not end, since this was asked last. */
  takeBusy(): boolean {
    const isBusy = this.#isBusy;
    this.#isBusy = false;
    return isBusy;
  }

  /**
   * Ends plugins whose dependencies could not be started again, and starts those that were ended for a
   * replacement that failed.
   * @returns those that were ended
   */
  async #settle(): Promise<Plugin[]> {
    const { core, finder, starter } = this.#context;
    if (core.dispatcher.isClosed) return [];
    const plan = planWith(core, new Map());
    const unmet = unmetBy(plan, core.plugins.serving);
    await stopPlugins(unmet, { core, reason: 'unload' });
    const waiting = core.plugins.all.filter(
      (each) => isWaiting(each) && comesOutOtherwise(each, plan),
    );
    const again = [...unmet, ...waiting].filter(({ lifecycle }) => lifecycle.can('discovered'));
    for (const plugin of again) {
      plugin.lifecycle.to('discovered');
      finder.validate(plugin);
    }
    if (again.length > 0) await starter.start(again);
    return unmet;
  }

  /** Says once why plugins go on as they were. @returns their names */
  #refuse(verdicts: Verdicts): string[] {
    const { logger } = this.#context.core;
    const open = new Set<string>();
    const refused: string[] = [];
    for (const [name, verdict] of verdicts) {
      if (verdict.does === 'wait' || verdict.does === 'refuse') open.add(name);
      if (verdict.does !== 'refuse') {
        this.#refusals.delete(name);
        continue;
      }
      refused.push(name);
      const error = changeRefused(name, verdict.reason);
      if (this.#refusals.get(name) === error.message) continue;
      this.#refusals.set(name, error.message);
      this.#context.core.plugins.named(name)?.warn(error);
      logger.warn({ plugin: name, code: error.code }, error.message);
    }
    this.#open = open;
    return refused;
  }
}

function namesOf(plugins: readonly Plugin[]): string[] {
  return plugins.map(({ name }) => name);
}

function changeRefused(plugin: string, cause: AisopodError): AisopodError {
  return new AisopodError(
    'CHANGE_REFUSED',
    `The files of plugin ${plugin} have changed, and the version that runs goes on (${cause.code}). ` +
      cause.message,
    { details: { plugin, cause: cause.code }, cause },
  );
}
