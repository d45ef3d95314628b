import { AisopodError } from '../../base/errors/index.js';
import type { ConfigService } from '../../config/index.js';
import { type Installed, readInstalled } from '../../home/installed/index.js';
import type { Home } from '../../home/paths/index.js';

/** A file that keeps a plugin off. */
export interface DisabledBy {
  readonly file: string;
  /** Where in it, 1-based; null in registry.json, which `plugins enable` writes. */
  readonly line: number | null;
}

/** Which plugins config.toml and registry.json let run. */
export class EnabledPlugins {
  readonly #home: Home;
  readonly #config: ConfigService;
  #installed: Installed;
  /** Plugins that are to be reloaded since registry.json asks for it. */
  readonly #asked = new Set<string>();
  /** Found, and not among the only ones that may run. */
  #leftOut: ReadonlySet<string> = new Set();

  /** @throws AisopodError INSTALLED_INVALID */
  constructor(home: Home, config: ConfigService) {
    this.#home = home;
    this.#config = config;
    this.#installed = readInstalled(home);
  }

  /** Leaves plugins out, whatever the files say, in the place of those that were left out before. */
  leaveOut(ids: ReadonlySet<string>): void {
    this.#leftOut = ids;
  }

  /** Why a plugin is left out of this host; null: it isn't. */
  leftOut(id: string): AisopodError | null {
    if (!this.#leftOut.has(id)) return null;
    const text =
      `Plugin ${id} is left out: this host runs only chosen plugins. Add it to the option only ` +
      '(--only, AISOPOD_ONLY), or leave that option out.';
    return new AisopodError('PLUGIN_DISABLED', text, { details: { plugin: id, option: 'only' } });
  }

  /** Whether a plugin may run: where any of the files says no, it doesn't. */
  has(id: string): boolean {
    return (
      !this.#leftOut.has(id) &&
      this.#config.settingsFor(id).enabled &&
      this.#installed.isEnabled(id)
    );
  }

  /** What keeps a plugin off, of the files that let it run or not. */
  disabledBy(id: string): readonly DisabledBy[] {
    const { file } = this.#config;
    const { line } = this.#config.locate(['plugins', 'settings', id, 'enabled']);
    const installed = { file: this.#installed.file, line: null };
    return [
      ...(this.#config.settingsFor(id).enabled ? [] : [{ file, line }]),
      ...(this.#installed.isEnabled(id) ? [] : [installed]),
    ];
  }

  /** The plugins that registry.json has asked to be reloaded since this was called last. */
  takeAsked(): readonly string[] {
    const asked = [...this.#asked];
    this.#asked.clear();
    return asked;
  }

  /** Reads all files again, also those of config. @returns what is wrong with one, which is not used */
  reload(): AisopodError[] {
    const faults: AisopodError[] = [];
    const reads = [
      () => this.#config.reload(),
      () => {
        const before = this.#installed.plugins;
        this.#installed = readInstalled(this.#home);
        for (const [id, { reloads }] of this.#installed.plugins) {
          if (reloads !== (before.get(id)?.reloads ?? 0)) this.#asked.add(id);
        }
      },
    ];
    for (const read of reads) {
      try {
        read();
      } catch (error) {
        faults.push(AisopodError.from(error));
      }
    }
    return faults;
  }
}
