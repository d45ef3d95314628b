import satisfies from 'semver/functions/satisfies.js';
import { AisopodError } from '../../base/errors/index.js';
import { cutOptionalCycles, type DependencyCycle, findCycles } from './dependency-cycles.js';

/** Plugins of a chain of needs that details name, and that a message names. */
const CHAIN_KEPT = 16;
const CHAIN_SHOWN = 5;

/** One entry of `[dependencies]`. */
export interface Dependency {
  /** Semver range; `*` is fulfilled by every version, prereleases too. */
  readonly range: string;
  readonly optional: boolean;
}

/** What ordering needs to know about a plugin. */
export interface DependencyNode {
  readonly id: string;
  readonly version: string;
  /** By the id of the plugin that is needed. */
  readonly dependencies: ReadonlyMap<string, Dependency>;
}

export interface DependencyPlan {
  /** Ids in the order of starting: a level needs only what stands in earlier ones; sorted by id. */
  readonly levels: readonly (readonly string[])[];
  /** Why a plugin cannot start; each plugin is either here or in one of the levels. */
  readonly failures: ReadonlyMap<string, AisopodError>;
}

/**
 * Puts plugins in the order in which they start: topological, ties by id, whatever the order of
 * `plugins`. An optional dependency that is missing, of another version or failed counts as not
 * there. It never makes a cycle: where it would, the plugin starts without waiting for it.
 *
 * Failures: DEPENDENCY_CYCLE for each member of a cycle, DEPENDENCY_MISSING, DEPENDENCY_VERSION,
 * and DEPENDENCY_FAILED, naming the root cause, for those that need a plugin that failed.
 *
 * @param plugins each id once
 * @param failed why plugins that are there, but cannot be started, failed; none of `plugins`
 */
export function dependencyLevels(
  plugins: Iterable<DependencyNode>,
  failed: ReadonlyMap<string, AisopodError> = new Map(),
): DependencyPlan {
  const all = [...plugins];
  const needed = new Set<string>();
  for (const { dependencies } of all) for (const id of dependencies.keys()) needed.add(id);
  // Most need nothing and are needed by nobody: they stand in the first level.
  const alone: string[] = [];
  const linked: DependencyNode[] = [];
  for (const plugin of all) {
    if (plugin.dependencies.size > 0 || needed.has(plugin.id)) linked.push(plugin);
    else alone.push(plugin.id);
  }
  const { levels, failures } = planLinked(linked, failed);
  const [first = [], ...others] = levels;
  const whole = [...first, ...alone].sort();
  return { levels: whole.length === 0 ? [] : [whole, ...others], failures };
}

function planLinked(
  plugins: readonly DependencyNode[],
  failed: ReadonlyMap<string, AisopodError>,
): DependencyPlan {
  const sorted = [...plugins].sort((a, b) => (a.id < b.id ? -1 : 1));
  const byId = new Map(sorted.map((plugin) => [plugin.id, plugin]));
  const needs = new Map<string, string[]>();
  const required = new Map<string, string[]>();
  for (const plugin of sorted) {
    const usable = usableDependencies(plugin, byId);
    needs.set(plugin.id, usable);
    required.set(
      plugin.id,
      usable.filter((id) => plugin.dependencies.get(id)?.optional !== true),
    );
  }

  const failures = new Map<string, AisopodError>();
  for (const cycle of findCycles(required)) {
    const error = cycleError(cycle);
    for (const id of cycle.members) failures.set(id, error);
  }
  for (const plugin of sorted) {
    const error = failures.has(plugin.id) ? null : unmetDependency(plugin, byId, failed);
    if (error) failures.set(plugin.id, error);
  }
  cutOptionalCycles(needs, required);
  return { levels: layer(byId, needs, failures), failures };
}

/**
 * Why a plugin cannot start when one that it needs did not.
 * @param cause the failure of `dependency`; when that one was itself skipped, its root is named
 */
export function dependencyFailed(
  id: string,
  dependency: string,
  cause: AisopodError,
): AisopodError {
  const inherited = cause.code === 'DEPENDENCY_FAILED' ? (cause.details as FailedDetails) : null;
  const root = inherited?.root ?? dependency;
  const chain = [id, ...(inherited?.chain ?? [dependency])].slice(0, CHAIN_KEPT);
  const rootCode = inherited?.rootCode ?? cause.code;
  const rootMessage = inherited?.rootMessage ?? cause.message;
  const details: FailedDetails = { plugin: id, dependency, chain, root, rootCode, rootMessage };
  return new AisopodError(
    'DEPENDENCY_FAILED',
    `Plugin ${id} was skipped: it needs ${shown(chain.slice(1), root)}, and ${root} did not start ` +
      `(${rootCode}: ${rootMessage}). Show how to fix ${root} with: aisopod plugins inspect ${root}`,
    { details },
  );
}

/** `store`, or `store, which needs db, which needs log`; a long chain without its middle. */
function shown(chain: readonly string[], root: string): string {
  const isWhole = chain.length <= CHAIN_SHOWN && chain.at(-1) === root;
  return (isWhole ? chain : [...chain.slice(0, 2), '…', root]).join(', which needs ');
}

interface FailedDetails {
  readonly plugin: string;
  readonly dependency: string;
  /** The plugin, what it needs, what that needs, and so on towards the root: 16 at most. */
  readonly chain: readonly string[];
  readonly root: string;
  readonly rootCode: string;
  readonly rootMessage: string;
}

function fits(version: string, range: string): boolean {
  return range === '*' || satisfies(version, range);
}

/** The dependencies that are there in a fitting version, sorted: the edges of the graph. */
function usableDependencies(
  plugin: DependencyNode,
  byId: ReadonlyMap<string, DependencyNode>,
): string[] {
  const usable: string[] = [];
  for (const [id, { range }] of plugin.dependencies) {
    const found = byId.get(id);
    if (found && fits(found.version, range)) usable.push(id);
  }
  return usable.sort();
}

function unmetDependency(
  plugin: DependencyNode,
  byId: ReadonlyMap<string, DependencyNode>,
  failed: ReadonlyMap<string, AisopodError>,
): AisopodError | null {
  const wanted = [...plugin.dependencies].sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [id, { range, optional }] of wanted) {
    if (optional) continue;
    const found = byId.get(id);
    const cause = failed.get(id);
    if (!found && cause) return dependencyFailed(plugin.id, id, cause);
    if (!found) {
      return new AisopodError(
        'DEPENDENCY_MISSING',
        `Plugin ${plugin.id} needs ${id} ${range}, which is not installed. Put ${id} into one of ` +
          'the search paths (aisopod paths), or make the dependency optional.',
        { details: { plugin: plugin.id, dependency: id, range } },
      );
    }
    if (!fits(found.version, range)) {
      return new AisopodError(
        'DEPENDENCY_VERSION',
        `Plugin ${plugin.id} needs ${id} ${range}, but version ${found.version} is installed. ` +
          `Install a version of ${id} that fits, or widen the range in [dependencies].`,
        { details: { plugin: plugin.id, dependency: id, range, found: found.version } },
      );
    }
  }
  return null;
}

function cycleError({ path, members }: DependencyCycle): AisopodError {
  const onTheWay = new Set(path);
  const others = members.filter((id) => !onTheWay.has(id));
  const also = others.length === 0 ? '' : ` (in circles with them: ${others.join(', ')})`;
  return new AisopodError(
    'DEPENDENCY_CYCLE',
    `The dependencies of these plugins are circular: ${path.join(' → ')}${also}. ` +
      'None of them can start before the others; remove one of these dependencies.',
    { details: { cycle: path, members } },
  );
}

/** Kahn's algorithm, level by level; adds DEPENDENCY_FAILED to `failures` on its way. */
function layer(
  byId: ReadonlyMap<string, DependencyNode>,
  needs: ReadonlyMap<string, readonly string[]>,
  failures: Map<string, AisopodError>,
): string[][] {
  const waitsFor = new Map<string, number>();
  const neededBy = new Map<string, string[]>();
  for (const [id, dependencies] of needs) {
    const open = dependencies.filter((needed) => failures.get(needed)?.code !== 'DEPENDENCY_CYCLE');
    waitsFor.set(id, open.length);
    for (const needed of open) {
      const dependents = neededBy.get(needed);
      if (dependents) dependents.push(id);
      else neededBy.set(needed, [id]);
    }
  }

  const levelOf = new Map<string, number>();
  const levels: string[][] = [];
  // Breadth first, so a plugin comes after all that it needs. Members of a cycle are failed
  // already and nobody waits for them.
  const queue = [...needs.keys()].filter((id) => waitsFor.get(id) === 0);
  for (const id of queue) {
    for (const dependent of neededBy.get(id) ?? []) {
      const left = (waitsFor.get(dependent) ?? 0) - 1;
      waitsFor.set(dependent, left);
      if (left === 0) queue.push(dependent);
    }
    if (failures.has(id)) continue;
    const needed = needs.get(id) ?? [];
    const broken = needed.find(
      (other) => failures.has(other) && !byId.get(id)?.dependencies.get(other)?.optional,
    );
    if (broken !== undefined) {
      failures.set(id, dependencyFailed(id, broken, failures.get(broken) as AisopodError));
      continue;
    }
    let level = 0;
    for (const other of needed) level = Math.max(level, 1 + (levelOf.get(other) ?? -1));
    levelOf.set(id, level);
    const members = levels[level];
    if (members) members.push(id);
    else levels[level] = [id];
  }
  for (const members of levels) members.sort();
  return levels;
}
