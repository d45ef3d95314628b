import { AisopodError } from '../../base/errors/index.js';
import { nearest, notFoundText, shortName } from '../../base/text/index.js';
import { HOOK_NAMES, HOOKS } from './hook-points.js';
import type { HookName } from './hook-types.js';

/** `BeforeAgentRun` is `before_agent_run`; upper case with underscores stays its lower case. */
function snakeCase(name: string): string {
  return name.replace(/([a-z])([A-Z])/g, '$1_$2').toLowerCase();
}

const BY_NAME: ReadonlyMap<string, HookName> = new Map(
  HOOKS.flatMap(({ name, aliases }) =>
    [name, ...aliases].flatMap((each): [string, HookName][] => [
      [each, name],
      [snakeCase(each), name],
      [snakeCase(each).toUpperCase(), name],
    ]),
  ),
);

/** Every way to name a hook: its name, its aliases, and each in snake_case and UPPER_CASE. */
export const ALL_HOOK_NAMES: readonly string[] = Object.freeze([...BY_NAME.keys()]);

/** The hook that a name or an alias means. */
export function findHook(name: string): HookName | undefined {
  return BY_NAME.get(name);
}

/** Says which hook was meant, or where all of them stand. */
export function unknownHook(name: string): string {
  const similar = nearest(name, ALL_HOOK_NAMES);
  return notFoundText('hook', name, { similar, known: HOOK_NAMES });
}

/**
 * The hook that a name or an alias means.
 * @throws AisopodError HOOK_UNKNOWN, which names the nearest
 */
export function hookNamed(name: string): HookName {
  const found = findHook(name);
  if (found !== undefined) return found;
  const given = shortName(name);
  throw new AisopodError('HOOK_UNKNOWN', unknownHook(given), {
    details: { hook: given, similar: nearest(given, ALL_HOOK_NAMES) },
  });
}
