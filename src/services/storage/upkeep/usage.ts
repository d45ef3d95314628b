import type { Scope } from '../storage-key.js';

/** What one plugin stores for one tenant. */
export interface ScopeUsage {
  readonly plugin: string;
  /** Empty: for none. */
  readonly tenant: string;
  readonly records: number;
  /** Of keys and values. */
  readonly bytes: number;
}

/** Sums up what plugins store. */
export class UsageSum {
  readonly #scopes = new Map<string, ScopeUsage>();

  add({ plugin, tenant }: Scope, bytes: number): void {
    const id = idOf({ plugin, tenant });
    const { records, bytes: before } = this.#scopes.get(id) ?? { records: 0, bytes: 0 };
    this.#scopes.set(id, { plugin, tenant, records: records + 1, bytes: before + bytes });
  }

  bytesOf(scope: Scope): number {
    return this.#scopes.get(idOf(scope))?.bytes ?? 0;
  }

  get records(): number {
    return this.all.reduce((sum, { records }) => sum + records, 0);
  }

  get all(): readonly ScopeUsage[] {
    return [...this.#scopes.values()];
  }
}

function idOf({ plugin, tenant }: Scope): string {
  return `${tenant}\0${plugin}`;
}
