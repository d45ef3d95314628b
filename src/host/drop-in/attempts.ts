import type { AisopodError } from '../../base/errors/index.js';
import { jsonText } from '../../base/json/index.js';
import { toRecord } from '../../packages/manifest/index.js';
import type { Finding } from '../plugins/finding.js';
import type { QuietUnits } from './quiet-units.js';

interface Attempt {
  readonly key: string;
  /** Why it failed, and the plugin went on as it was; null: it did not fail in that way. */
  reason: AisopodError | null;
}

/**
 * What was last tried to start, by the name of the plugin. A plugin that writes into its own folder when it
 * starts is not tried again for that.
 */
export class Attempts {
  readonly #last = new Map<string, Attempt>();

  /** What was tried last, if that is how the plugin is found now. */
  same(name: string, finding: Finding, units: QuietUnits): Attempt | undefined {
    const last = this.#last.get(name);
    return last?.key === keyOf(finding, units) ? last : undefined;
  }

  begin(name: string, finding: Finding, units: QuietUnits): void {
    this.#last.set(name, { key: keyOf(finding, units), reason: null });
  }

  failed(name: string, reason: AisopodError): void {
    const last = this.#last.get(name);
    if (last !== undefined) last.reason = reason;
  }

  forget(name: string): void {
    this.#last.delete(name);
  }
}

function keyOf({ found }: Finding, units: QuietUnits): string {
  const { path, error, manifest } = found;
  const code = units.codeOf(units.of(path));
  return jsonText([path, error?.message ?? null, manifest && toRecord(manifest), code]);
}
