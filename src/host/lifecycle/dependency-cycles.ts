export interface DependencyCycle {
  /** All plugins that the cycle keeps from starting, sorted. */
  readonly members: readonly string[];
  /** One way round, from the first member back to itself: `a, b, a`. */
  readonly path: readonly string[];
}

/**
 * The cycles of a graph: its strongly connected components that are more than one plain node.
 * Tarjan's algorithm with a stack of its own, so a chain of any length is fine.
 *
 * @param edges by node, its targets; every target is a key too. Its order decides nothing but which
 *   of several cycles comes first
 */
export function findCycles(
  edges: ReadonlyMap<string, readonly string[]>,
): readonly DependencyCycle[] {
  const cycles: DependencyCycle[] = [];
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const open: string[] = [];
  const isOpen = new Set<string>();

  for (const root of edges.keys()) {
    if (index.has(root)) continue;
    const work = [{ node: root, next: 0 }];
    for (let frame = work.at(-1); frame; frame = work.at(-1)) {
      const { node } = frame;
      if (frame.next === 0) {
        low.set(node, index.size);
        index.set(node, index.size);
        open.push(node);
        isOpen.add(node);
      }
      const target = edges.get(node)?.[frame.next++];
      if (target !== undefined) {
        if (!index.has(target)) work.push({ node: target, next: 0 });
        else if (isOpen.has(target)) lower(low, node, index.get(target));
        continue;
      }
      work.pop();
      const parent = work.at(-1);
      if (parent) lower(low, parent.node, low.get(node));
      if (low.get(node) !== index.get(node)) continue;
      const members = open.splice(open.lastIndexOf(node));
      for (const member of members) isOpen.delete(member);
      if (members.length > 1 || edges.get(node)?.includes(node)) {
        members.sort();
        cycles.push({ members, path: shortestRound(members, edges) });
      }
    }
  }
  return cycles;
}

/**
 * Takes the optional edges out of `needs` that would make a cycle: inside a knot those stay that agree
 * with the order which the required edges, and then the ids, give.
 */
export function cutOptionalCycles(
  needs: Map<string, string[]>,
  required: ReadonlyMap<string, readonly string[]>,
): void {
  const knots = findCycles(needs);
  if (knots.length === 0) return;
  const rank = ranks(required);
  for (const { members } of knots) {
    const inside = new Set(members);
    for (const id of members) {
      const own = new Set(required.get(id));
      const isBefore = (other: string) => (rank.get(other) ?? 0) < (rank.get(id) ?? 0);
      const kept = (needs.get(id) ?? []).filter(
        (other) => own.has(other) || !inside.has(other) || isBefore(other),
      );
      needs.set(id, kept);
    }
  }
}

/** Numbers in which each node comes after its targets, as far as no cycle stands in the way. */
function ranks(edges: ReadonlyMap<string, readonly string[]>): ReadonlyMap<string, number> {
  const rank = new Map<string, number>();
  const entered = new Set<string>();
  for (const root of edges.keys()) {
    const work = [root];
    for (let id = work.at(-1); id !== undefined; id = work.at(-1)) {
      if (entered.has(id)) {
        work.pop();
        if (!rank.has(id)) rank.set(id, rank.size);
        continue;
      }
      entered.add(id);
      work.push(...(edges.get(id) ?? []).filter((other) => !entered.has(other)));
    }
  }
  return rank;
}

function lower(low: Map<string, number>, node: string, to: number | undefined): void {
  low.set(node, Math.min(low.get(node) ?? Infinity, to ?? Infinity));
}

/** The shortest way from the first member through the others back to itself. */
function shortestRound(
  members: readonly string[],
  edges: ReadonlyMap<string, readonly string[]>,
): string[] {
  const start = members[0] as string;
  const inside = new Set(members);
  const cameFrom = new Map<string, string>();
  const queue = [start];
  for (const node of queue) {
    for (const target of edges.get(node) ?? []) {
      if (target === start) {
        const path = [start];
        for (let at = node; at !== start; at = cameFrom.get(at) as string) path.push(at);
        return [...path, start].reverse();
      }
      if (!inside.has(target) || cameFrom.has(target)) continue;
      cameFrom.set(target, node);
      queue.push(target);
    }
  }
  return [...members, start];
}
