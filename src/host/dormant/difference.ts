import { count } from '../../base/text/index.js';
import type { KnownRegistered } from './known-registrations.js';
import type { Registered } from './registered.js';

/** Names that a message gives of each change. */
const SHOWN = 5;

/** Registrations of one kind and name: all that the host acts on. */
type Contents = ReadonlyMap<string, readonly string[]>;

/**
 * What a plugin registers otherwise than before, as parts of a sentence whose subject is the plugin.
 * @returns null: nothing
 */
export function differenceOf(before: KnownRegistered, now: Registered): string | null {
  const specs = before.specs();
  const old = contentsOf(
    before.registrations.map((each, i) => ({ ...each, spec: specs[i] ?? '' })),
  );
  const young = contentsOf(now.registrations);
  const added = [...young.keys()].filter((key) => !old.has(key));
  const gone = [...old.keys()].filter((key) => !young.has(key));
  const changed = [...young].filter(([key, all]) => isOther(old.get(key), all)).map(([key]) => key);
  const parts = [
    ...said('it adds', added),
    ...said('it no longer has', gone),
    ...said('it has another', changed),
    ...(isOther(before.subscriptions, now.subscriptions) ? ['it subscribes to other topics'] : []),
    ...(isOther(before.unserved.map(nameOf), now.unserved.map(nameOf))
      ? ['it registers other things that this host does not serve']
      : []),
  ];
  if (parts.length > 0) return parts.join(', ');
  const isInOrder = !isOther(before.registrations.map(nameOf), now.registrations.map(nameOf));
  return isInOrder ? null : 'it registers in another order';
}

function contentsOf(registrations: Registered['registrations']): Contents {
  const contents = new Map<string, string[]>();
  for (const each of registrations) {
    const same = contents.get(nameOf(each));
    const text = `${each.flags} ${each.spec}`;
    if (same === undefined) contents.set(nameOf(each), [text]);
    else same.push(text);
  }
  return contents;
}

function nameOf({ kind, name }: { readonly kind: string; readonly name: string }): string {
  return `${kind} "${name}"`;
}

function isOther(before: readonly string[] | undefined, now: readonly string[]): boolean {
  if (before === undefined) return false;
  return before.length !== now.length || before.some((each, i) => each !== now[i]);
}

function said(verb: string, names: readonly string[]): string[] {
  if (names.length === 0) return [];
  const more = names.length - SHOWN;
  const others = more > 0 ? [`${count(more, 'more registration')}`] : [];
  return [`${verb} ${[...names.slice(0, SHOWN), ...others].join(', ')}`];
}
