import { pointerTo } from '../json/index.js';
import type { SchemaFault, SchemaLimits } from './json-schema.js';

/** One schema inside a schema, and what it leads to. */
export interface SchemaNode {
  /** JSON pointer from the root; the key of the node. */
  readonly path: string;
  /** Schemas held against the same value. */
  readonly inPlace: string[];
  /** Schemas held against parts of the value. */
  readonly below: string[];
  /** The text of `$ref`. */
  reference: string | null;
}

/** What a node costs when every reference is followed. */
interface Reach {
  /** Schemas reached, each as often as it is applied. */
  readonly expanded: number;
  /** References on the longest way. */
  readonly references: number;
}

/**
 * Checks where the references of a schema lead: to a schema that is there; never round in a circle
 * on the same value; and not, by referring twice to what refers twice, to more work than a value
 * of a few bytes should cost. A circle through parts of a value is fine: the value ends it.
 *
 * @param nodes by JSON pointer; `` is the root
 * @param anchors JSON pointers by `$anchor`
 */
export function checkReferences(
  nodes: ReadonlyMap<string, SchemaNode>,
  anchors: ReadonlyMap<string, string>,
  limits: SchemaLimits,
): { faults: SchemaFault[]; expanded: number } {
  const faults: SchemaFault[] = [];
  const targets = new Map<SchemaNode, string>();
  for (const node of nodes.values()) {
    if (node.reference === null) continue;
    const target = referenceTarget(node.reference, anchors);
    if (target === null || !nodes.has(target)) {
      faults.push({
        path: pointerTo(node.path, '$ref'),
        message: `"${node.reference}" leads to no schema of this document`,
      });
    } else targets.set(node, target);
  }
  const circle = findCircle(nodes, targets);
  if (circle !== null) {
    faults.push({
      path: circle,
      message: 'the schema leads back to itself without going into the value, so it never ends',
    });
  }
  if (faults.length > 0) return { faults, expanded: 0 };

  const reach = measure(nodes, targets, limits);
  if (reach.references > limits.references) {
    faults.push({
      path: '',
      message: `more than ${limits.references} "$ref" follow one another`,
    });
  } else if (reach.expanded > limits.expanded) {
    faults.push({
      path: '',
      message:
        `one value would be checked against more than ${limits.expanded} schemas, ` +
        'since references are repeated inside each other',
    });
  }
  return { faults, expanded: reach.expanded };
}

/**
 * The JSON pointer that a local reference means, whether or not something is there.
 * @param reference beginning with `#`
 * @param anchors JSON pointers by `$anchor`
 * @returns null when it means nothing
 */
export function referenceTarget(
  reference: string,
  anchors: ReadonlyMap<string, string>,
): string | null {
  const fragment = decode(reference.slice(1));
  if (fragment === null || fragment === '' || fragment.startsWith('/')) return fragment;
  return anchors.get(fragment) ?? null;
}

function decode(fragment: string): string | null {
  if (fragment.includes('#')) return null;
  try {
    return decodeURIComponent(fragment);
  } catch {
    return null;
  }
}

function inPlaceOf(node: SchemaNode, targets: ReadonlyMap<SchemaNode, string>): string[] {
  const target = targets.get(node);
  return target === undefined ? node.inPlace : [...node.inPlace, target];
}

/** The pointer of a schema on a circle of in-place steps, or null. Depth first, own stack. */
function findCircle(
  nodes: ReadonlyMap<string, SchemaNode>,
  targets: ReadonlyMap<SchemaNode, string>,
): string | null {
  const done = new Set<string>();
  const onWay = new Set<string>();
  for (const root of nodes.keys()) {
    const work = [{ path: root, leave: false }];
    for (let step = work.pop(); step; step = work.pop()) {
      const { path, leave } = step;
      if (leave) {
        onWay.delete(path);
        done.add(path);
        continue;
      }
      if (onWay.has(path)) return path;
      if (done.has(path)) continue;
      onWay.add(path);
      work.push({ path, leave: true });
      const node = nodes.get(path);
      if (node)
        for (const next of inPlaceOf(node, targets)) work.push({ path: next, leave: false });
    }
  }
  return null;
}

/** Follows everything from the root; a way that comes back to where it is counts as one step. */
function measure(
  nodes: ReadonlyMap<string, SchemaNode>,
  targets: ReadonlyMap<SchemaNode, string>,
  limits: SchemaLimits,
): Reach {
  const known = new Map<string, Reach>();
  const onWay = new Set<string>();
  const follow = (path: string, passed: number): Reach => {
    const before = known.get(path);
    if (before) return before;
    const node = nodes.get(path);
    // More references than allowed: the answer is clear, and the stack stays bounded.
    if (!node || onWay.has(path) || passed > limits.references) {
      return { expanded: 1, references: 0 };
    }
    onWay.add(path);
    let expanded = 1;
    let references = 0;
    const add = (next: string, isReference: number) => {
      const reach = follow(next, passed + isReference);
      expanded = Math.min(expanded + reach.expanded, limits.expanded + 1);
      references = Math.max(references, reach.references + isReference);
    };
    for (const next of node.inPlace) add(next, 0);
    for (const next of node.below) add(next, 0);
    const target = targets.get(node);
    if (target !== undefined) add(target, 1);
    onWay.delete(path);
    const reach = { expanded, references };
    known.set(path, reach);
    return reach;
  };
  return follow('', 0);
}
