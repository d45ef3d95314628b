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
 */
export function joinObjects(outline: Outline | null): ObjectOutline {
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
    const joined = choiceOf(own.map((member) => member.outline));
    const required = own.length === objects.length && own.every((member) => member.required);
    if (joined === null) continue;
    members.set(name, { outline: isFree ? withAnyValue(joined) : joined, required });
  }
  const about = 'about' in outline ? outline.about : {};
  const closed = objects.every((object) => object.closed);
  return { kind: 'object', about, members, closed, checks: NO_CHECKS };
}

/**
 * Where an alternative does not name a property, it may be anything. What the others say of it comes first,
 * so a model and the reader take that where it fits.
 */
function withAnyValue(outline: Outline): Outline {
  const options = outline.kind === 'choice' ? outline.options : [outline];
  if (options.some(takesAnyText)) return outline;
  const about = outline.kind === 'choice' ? outline.about : {};
  return { kind: 'choice', about, options: [...options, textOf('any value')] };
}

/** Whether JSON text of any value is a value of it. */
function takesAnyText(outline: Outline): boolean {
  if (outline.kind === 'text') return outline.of === 'any value';
  if (outline.kind !== 'scalar' || outline.type !== 'string') return false;
  return outline.values === null && outline.checks.size === 0;
}
