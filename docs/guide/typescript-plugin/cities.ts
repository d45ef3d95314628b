import { AisopodError, type Plugin, type PluginApi, type PluginContext } from 'aisopod';

interface City {
  name: string;
  people: number;
}

/** Remembers cities, and lists them. */
export class Cities implements Plugin {
  readonly meta = { name: 'cities', version: '1.0.0', description: 'Remembers cities' };
  readonly config = {
    type: 'object',
    properties: { least: { type: 'integer', default: 1000, description: 'People of a city' } },
  };
  #context!: PluginContext;

  register(api: PluginApi) {
    const parameters = {
      type: 'object',
      properties: { name: { type: 'string' }, people: { type: 'integer' } },
      required: ['name', 'people'],
    };
    const description = 'Remember a city';
    api.registerTool<City>('add', { description, parameters }, async (city, call) => {
      const { least } = this.#context.config as { least: number };
      if (city.people < least) throw new AisopodError('INVALID', `A city has ${least} people`);
      await this.#context.storage.set(`city/${city.name}`, city, { signal: call.signal });
      call.logger.info({ people: city.people }, `${city.name} is remembered`);
      this.#context.events.publish('cities.added', city, { context: call.context });
    });

    const storage = () => this.#context.storage;
    api.registerTool('list', { description: 'List the cities' }, async function* () {
      const { items } = await storage().list({ prefix: 'city/', values: true });
      for (const { value } of items) yield value; // each is a chunk
      return items.length; // the reply
    });
  }

  init(context: PluginContext) {
    this.#context = context;
  }
}
