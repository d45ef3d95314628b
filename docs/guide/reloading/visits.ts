import type { JsonValue, Plugin, PluginApi, StateSource } from 'aisopod';

/** Counts the visits of pages, and goes on counting after a reload. */
export class Visits implements Plugin {
  readonly id = 'visits';
  readonly version = '1.0.0';
  readonly stateFormat = 1;
  #visits = new Map<string, number>();

  register(api: PluginApi) {
    const parameters = {
      type: 'object',
      properties: { page: { type: 'string' } },
      required: ['page'],
    };
    const description = 'Count a visit';
    api.registerTool<{ page: string }>('visit', { description, parameters }, ({ page }) => {
      const visits = (this.#visits.get(page) ?? 0) + 1;
      this.#visits.set(page, visits);
      return { visits };
    });
  }

  saveState(): JsonValue {
    return Object.fromEntries(this.#visits); // a Map is not JSON
  }

  restoreState(state: JsonValue, { format }: StateSource) {
    if (format !== 1) throw new Error(`a state of format ${format} cannot be read`);
    this.#visits = new Map(Object.entries(state as Record<string, number>));
  }
}
