import { createHash } from 'node:crypto';
import type { Entry } from './entry.js';

const WIRE = /^[A-Za-z0-9_-]{1,64}$/;

/**
 * The names under which entries of one kind go over a wire that knows no full names (MCP, model
 * APIs): the bare name where one plugin owns it, else one made of the plugin's id and the name.
 * No two are equal: where a bare name is what another entry's made name looks like, it is made too.
 *
 * @param entries all of one kind
 * @returns by full name
 */
export function wireNames(entries: readonly Entry[]): ReadonlyMap<string, string> {
  const owners = new Map<string, number>();
  for (const { name } of entries) owners.set(name, (owners.get(name) ?? 0) + 1);

  const wire = new Map<string, string>();
  const made = new Set<string>();
  let bare: Entry[] = [];
  const make = (entry: Entry) => {
    const name = madeName(entry);
    wire.set(entry.fullName, name);
    made.add(name);
  };
  for (const entry of entries) {
    if (owners.get(entry.name) === 1 && WIRE.test(entry.name)) bare.push(entry);
    else make(entry);
  }
  for (let clashed = true; clashed; ) {
    const clashes = bare.filter((entry) => made.has(entry.name));
    bare = bare.filter((entry) => !made.has(entry.name));
    clashes.forEach(make);
    clashed = clashes.length > 0;
  }
  for (const entry of bare) wire.set(entry.fullName, entry.name);
  return wire;
}

function madeName({ plugin, name, fullName }: Entry): string {
  const readable = `${plugin.id}_${name}`.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, 55);
  const hash = createHash('sha256').update(fullName).digest('hex').slice(0, 8);
  return `${readable}_${hash}`;
}
