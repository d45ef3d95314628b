import { AisopodError } from '../base/errors/index.js';
import { typeName } from '../base/text/index.js';
import type { Plugin } from './plugin.js';

/**
 * The function that has one of these names, bound to its plugin.
 * @returns null: it has none
 * @throws AisopodError USAGE for something else than a function, and for two functions
 */
export function functionNamed(
  plugin: Plugin,
  names: readonly string[],
): ((...given: unknown[]) => unknown) | null {
  const given = names.filter((name) => Reflect.get(plugin, name) !== undefined);
  const [first, second] = given;
  if (first === undefined) return null;
  if (second !== undefined && Reflect.get(plugin, first) !== Reflect.get(plugin, second)) {
    throw unfit(`${first}() and ${second}() are names of the same function. Keep one of them.`);
  }
  const found: unknown = Reflect.get(plugin, first);
  if (typeof found !== 'function') {
    throw unfit(`${first} of the plugin must be a function, and is ${typeName(found)}.`);
  }
  return found.bind(plugin);
}

function unfit(message: string): AisopodError {
  return new AisopodError('USAGE', message, { details: { option: 'plugin' } });
}
