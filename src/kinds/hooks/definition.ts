import {
  maybe,
  oneOrMany,
  optional,
  orNull,
  type Read,
  string,
  table,
  value,
  wholeNumber,
} from '../../base/shape/index.js';
import { isPluginId, pluginId } from '../../home/plugin-id.js';
import type { KindDefinition } from '../../registry/index.js';
import { findHook, unknownHook } from './hook-names.js';
import type { HookName } from './hook-types.js';
import type { HookOrder } from './tap.js';

/** The priority of a callback that names none. */
export const DEFAULT_PRIORITY = 100;

/** The spec of a hook after it was judged; frozen. */
export interface HookSpec extends HookOrder {
  readonly hook: HookName;
}

const NONE: readonly string[] = Object.freeze([]);
const { MIN_SAFE_INTEGER, MAX_SAFE_INTEGER } = Number;

const pluginById = value({
  expected: 'the id of a plugin',
  schema: pluginId.schema,
  convert: (found) => (typeof found === 'string' && isPluginId(found) ? found : undefined),
});

const spec = orNull(
  table(
    {
      description: maybe(string('text'), 'What the callback does, for people'),
      priority: optional(
        wholeNumber(
          MIN_SAFE_INTEGER,
          MAX_SAFE_INTEGER,
          'an integer; lower comes earlier, 100 is usual',
        ),
        DEFAULT_PRIORITY,
        'Lower comes earlier; absent: 100',
      ),
      before: optional(oneOrMany(pluginById), NONE, 'Plugins whose callbacks come later'),
      after: optional(oneOrMany(pluginById), NONE, 'Plugins whose callbacks come earlier'),
    },
    'an object: {"priority": 100}',
    { open: true },
  ),
);

/** A callback for a hook point; the name of the registration is the hook's, or an alias. */
export const hookDefinition: KindDefinition<HookSpec, Read<typeof spec>> = {
  kind: 'hook',
  names: 'repeatable',
  caseCounts: true,
  methods: ['invoke'],
  registrar: { member: 'registerHook' },
  spec,
  check({ priority, before, after }, { name, plugin, refuse }) {
    const hook = findHook(name);
    if (hook === undefined) refuse('', unknownHook(name));
    for (const [key, ids] of Object.entries({ before, after })) {
      if (ids?.includes(plugin.id)) {
        refuse(`/${key}`, `"${key}" names the plugin itself; its own callbacks go by priority`);
      }
    }
    return Object.freeze({ hook, priority, before, after });
  },
};
