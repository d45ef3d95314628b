import {
  choiceOf,
  type Member,
  NO_CHECKS,
  type ObjectOutline,
  type Outline,
  textOf,
} from './outline.js';

const NOTHING: ObjectOutline = {
  kind: 'object',
  about: {},
  members: new Map(),
  closed: true,
  checks: NO_CHECKS,
};

/**
 * One object with the members of all alternatives, each as wide as any of them lets it be. A dialect
 * accepts no union as the schema of all arguments.
 *
 * @param outline of the arguments; null: nothing is accepted
 * @param options freeObjects: members that are not named may be sent too
 */
export function joinObjects(
  outline: Outline | null,
  { freeObjects }: { readonly freeObjects: boolean },
): ObjectOutline {
  if (outline?.kind === 'object') return outline;
  const objects = (outline?.kind === 'choice' ? outline.options : []).filter(
    (option) => option.kind === 'object',
  );
  if (outline === null || objects.length === 0) return NOTHING;
  const names = new Set(objects.flatMap(({ members }) => [...members.keys()]));
  const members = new Map<string, Member>();
  for (const name of names) {
    const own = objects.flatMap((object) => object.members.get(name) ?? []);
    const isFree = objects.some((object) => !object.members.has(name) && !object.closed);
    const any = freeObjects && isFree ? [textOf('any value')] : [];
    const joined = choiceOf([...own.map((member) => member.outline), ...any]);
    const required = own.length === objects.length && own.every((member) => member.required);
    if (joined !== null) members.set(name, { outline: joined, required });
  }
  const about = 'about' in outline ? outline.about : {};
  const closed = objects.every((object) => object.closed);
  return { kind: 'object', about, members, closed, checks: NO_CHECKS };
}
