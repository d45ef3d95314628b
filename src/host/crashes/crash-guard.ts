import { join } from 'node:path';
import { showPath } from '../../base/text/index.js';
import {
  type Crash,
  CrashRecords,
  type EndedJournal,
  endedJournals,
  Journal,
  removeJournal,
  type StartStep,
} from '../../home/crashes/index.js';
import type { HostCore } from '../host-core.js';
import type { Plugin } from '../plugins/plugin.js';
import type { Tried } from './find-crashers.js';
import type { StartMarks, StartWays } from './start-ways.js';

/**
 * Guards the starts of native plugins, whose code can end the process: marks each before any of its code
 * runs, tries those first that an ended process has left marked, and leaves out what crashes then.
 */
export class CrashGuard {
  readonly #core: HostCore;
  /** null: they can't be written. */
  #marks: StartMarks | null;
  readonly #journals: readonly EndedJournal[];
  /** null: plugins are started as they are. */
  readonly #records: CrashRecords | null;
  /** Ids that are to be tried before they are started. */
  readonly #suspects: Set<string>;
  readonly #tried = new Set<string>();

  private constructor(core: HostCore, ways: StartWays, journals: readonly EndedJournal[]) {
    this.#core = core;
    this.#journals = journals;
    // After the journals were read: a process that removes a journal has kept the result before.
    this.#records = asTheyAre(core, ways) ? null : new CrashRecords(core.home.state);
    this.#marks = ways.marks ?? openJournal(core);
    this.#suspects = new Set([
      ...journals.flatMap(({ marked }) => marked),
      ...(ways.suspects ?? []),
      ...((ways.retry === true && this.#records?.ids) || []),
    ]);
  }

  /** Reads what ended processes have left in the home; never rejects. */
  static async open(core: HostCore, ways: StartWays): Promise<CrashGuard> {
    const journals = asTheyAre(core, ways) ? [] : await endedJournals(journalDir(core));
    return new CrashGuard(core, ways, journals);
  }

  /** Whether each step of a start is marked by itself. */
  get tellsSteps(): boolean {
    return this.#marks?.step !== undefined;
  }

  /** Whether a plugin is to be tried before it is started, or has crashed in a trial. */
  suspects(id: string): boolean {
    return this.#suspects.has(id) || this.#records?.find(id) !== undefined;
  }

  /** Tries those that an ended process has left marked; never rejects. */
  async prepare(plugins: readonly Plugin[]): Promise<void> {
    if (this.#suspects.size === 0 || this.#records === null) return;
    await this.#try(plugins.filter(({ name }) => this.#suspects.has(name)));
    for (const { path, marked } of this.#journals) {
      if (marked.every((id) => this.#tried.has(id))) await removeJournal(path);
    }
  }

  /** Marks plugins that are started next. */
  mark(plugins: readonly Plugin[]): void {
    try {
      this.#marks?.mark(plugins.map(({ name }) => name));
    } catch (error) {
      this.#marks?.close();
      this.#marks = null;
      unmarked(this.#core, error);
    }
  }

  /** A step of a start begins. */
  step({ name }: Plugin, step: StartStep, sha256: string): void {
    if (this.#marks?.step === undefined) return;
    const {
      openMs: open,
      createMs: create,
      registerMs: register,
      initMs: init,
    } = this.#core.limitsFor(name);
    const limits = { open, create, register, init };
    this.#marks.step({ plugin: name, step, sha256, limitMs: limits[step] });
  }

  /** The start of a plugin has ended, well or not. */
  clear({ name }: Plugin): void {
    this.#marks?.clear(name);
  }

  /**
   * Lets a library be opened.
   * @param sha256 of the library and all that was copied with it
   * @returns a promise where a library with that id has crashed; if it was another one, this one is tried first
   * @throws AisopodError PLUGIN_CRASHED
   */
  admit(plugin: Plugin, sha256: string): Promise<void> | undefined {
    const crash = this.#records?.find(plugin.name);
    return crash === undefined ? undefined : this.#judge(plugin, sha256, crash);
  }

  close(): void {
    this.#marks?.close();
  }

  async #judge(plugin: Plugin, sha256: string, before: Crash): Promise<void> {
    if (before.sha256 !== sha256) await this.#try([plugin]);
    const crash = this.#records?.find(plugin.name);
    if (crash?.sha256 !== sha256) return;
    const { found, manifest, name: id } = plugin;
    const folder = found.origin.origin === 'option' ? manifest.dir : null;
    const { crashedError } = await import('./crashed-error.js');
    throw crashedError({ id, home: this.#core.home.root, folder }, crash);
  }

  async #try(plugins: readonly Plugin[]): Promise<void> {
    const [first] = plugins;
    if (first === undefined) return;
    const { logger } = this.#core;
    const ids = plugins.map(({ name }) => name);
    logger.info(
      { plugins: ids },
      `The host tries ${ids.join(', ')} in a child process first, since a process ended ` +
        'while it started them.',
    );
    const tryable = plugins.map(({ name, manifest }) => ({ id: name, dir: manifest.dir }));
    const { startSignal } = first;
    try {
      const { tryPlugins } = await import('./trial.js');
      const tried = await tryPlugins(this.#core, tryable, startSignal);
      for (const id of ids) this.#suspects.delete(id);
      // What can't be kept is to be found out again by the next start.
      if (await this.#keep(tried)) for (const id of ids) this.#tried.add(id);
    } catch (error) {
      if (startSignal.aborted) return;
      const { message } = error as Error;
      logger.warn({ plugins: ids }, `The host starts them without a trial: ${message}.`);
    }
  }

  /** @returns whether later starts know it too */
  async #keep(tried: Tried): Promise<boolean> {
    const { home, logger } = this.#core;
    try {
      await this.#records?.take(tried);
      return true;
    } catch (error) {
      const { message } = error as Error;
      logger.info({}, `${showPath(home.state)} does not keep which plugins crash: ${message}`);
      return false;
    }
  }
}

/**
 * AISOPOD_ONLY names the plugins that are to run, so the host starts them even if they crash: `plugins bisect`
 * counts crashes, and a debugger catches them. A child process of the command line reports its crash anyway.
 */
function asTheyAre({ env }: HostCore, ways: StartWays): boolean {
  const isChosen = ways.marks === undefined && (env.AISOPOD_ONLY ?? '') !== '';
  return ways.asTheyAre === true || isChosen;
}

function journalDir({ home }: HostCore): string {
  return join(home.state, 'journal');
}

function openJournal(core: HostCore): Journal | null {
  try {
    return new Journal(journalDir(core));
  } catch (error) {
    unmarked(core, error);
    return null;
  }
}

/** Says once that the next start can't find out which plugin has ended this process. */
function unmarked(core: HostCore, error: unknown): void {
  const where = showPath(journalDir(core));
  core.logger.info({}, `Starting plugins are not marked in ${where}: ${(error as Error).message}`);
}
