import { AisopodError } from '../base/errors/index.js';
import { DEFAULT_LIMITS } from '../config/index.js';
import { Generation } from '../instance/index.js';

/** A generation that serves, of a plugin that no host runs. */
export function servingGeneration(plugin: string): Generation {
  const none = () => new AisopodError('PLUGIN_NOT_ACTIVE', `Plugin ${plugin} is run by no host.`);
  const generation = new Generation({ plugin, number: 1, limits: DEFAULT_LIMITS }, none);
  generation.open();
  return generation;
}
