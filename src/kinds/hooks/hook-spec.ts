import type { RawRegistration } from '../../abi/index.js';
import { freezeDeep, isObject, pointerTo } from '../../base/json/index.js';
import { unknownKeyText } from '../../base/text/index.js';
import { isPluginId } from '../../home/plugin-id.js';
import type { ParsedSpec, RegisteredPlugin, SpecProblem } from '../../registry/index.js';
import { findHook, unknownHook } from './hook-names.js';
import type { HookName } from './hook-points.js';
import type { HookOrder } from './tap.js';

/** The priority of who names none. */
export const DEFAULT_PRIORITY = 100;

/** The spec of a hook after it was judged; frozen. */
export interface HookSpec extends HookOrder {
  readonly hook: HookName;
}

const KEYS = ['description', 'priority', 'before', 'after'];

/**
 * Reads the spec of a hook: `priority` (an integer), `before` and `after` (ids of plugins, or one).
 * The name of the registration is the hook's, or an alias.
 */
export function parseHookSpec(
  raw: RawRegistration,
  plugin: RegisteredPlugin,
): ParsedSpec<HookSpec> {
  const problems: SpecProblem[] = [];
  const warnings: SpecProblem[] = [];
  const problem = (path: string, message: string) =>
    problems.push({ code: 'REGISTRATION_INVALID', path, message });
  const hook = findHook(raw.name);
  if (hook === undefined) problem('', unknownHook(raw.name));

  let spec: Record<string, unknown> = {};
  try {
    // A plugin that gives none has null.
    const value: unknown = JSON.parse(raw.spec) ?? {};
    if (isObject(value)) spec = value;
    else problem('', 'the spec must be an object: {"priority": 100}');
  } catch (error) {
    problem('', `the spec is not JSON: ${(error as Error).message}`);
  }
  for (const key of Object.keys(spec).filter((each) => !KEYS.includes(each))) {
    const message = unknownKeyText(key, KEYS);
    warnings.push({ code: 'REGISTRATION_INVALID', path: pointerTo('', key), message });
  }
  if (spec.description !== undefined && typeof spec.description !== 'string') {
    problem('/description', '"description" must be text');
  }
  const { priority = DEFAULT_PRIORITY } = spec;
  if (!Number.isSafeInteger(priority)) {
    problem('/priority', '"priority" must be an integer; lower comes earlier, 100 is usual');
  }
  const ids = (key: 'before' | 'after'): readonly string[] => {
    const given = spec[key] ?? [];
    const list: unknown[] = Array.isArray(given) ? given : [given];
    return list.filter((id, i): id is string => {
      const path = pointerTo(`/${key}`, i);
      if (typeof id !== 'string' || !isPluginId(id)) {
        problem(path, `"${key}" names plugins by their ids`);
      } else if (id === plugin.id) {
        problem(path, `"${key}" names the plugin itself; its own callbacks go by priority`);
      } else return true;
      return false;
    });
  };
  const before = ids('before');
  const after = ids('after');
  return {
    spec: freezeDeep({
      // Never read when there is a problem.
      hook: hook ?? 'OnError',
      priority: priority as number,
      before,
      after,
    }),
    problems,
    warnings,
  };
}
