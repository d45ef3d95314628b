// The rules that imports between the rooms of src keep.
import { posix } from 'node:path';

/**
 * @typedef {import('./tree.mjs').Tree} Tree
 * @typedef {import('./tree.mjs').Edge} Edge
 * @typedef {object} Room a folder, or a file of its own
 * @property {string} path relative to src
 * @property {string} holds what it holds, for docs/internals/architecture.md
 * @property {readonly string[]} [faces] what others may import besides its index.ts, relative to it
 * @typedef {object} Group rooms that belong together
 * @property {string} group
 * @property {boolean} [door] its rooms are imported by nothing
 * @property {readonly Room[]} rooms each imports only rooms before it
 * @typedef {'upward' | 'past-face' | 'door' | 'circle' | 'homeless'} Rule
 * @typedef {{ readonly rule: Rule, readonly from: string, readonly to: string }} Violation
 */

/**
 * Finds what breaks a rule:
 * - homeless: a file that no room holds, or a room without a file
 * - upward: an import of a later room; as rooms are in one order, there is no circle without one
 * - door: an import of a door's room from another room
 * - past-face: an import from outside of a folder that names another file than its face
 * - circle: folders of one room that import each other
 * @param {Tree} tree
 * @param {readonly Group[]} groups
 * @returns {Violation[]}
 */
export function violations(tree, groups) {
  const rooms = groups.flatMap(({ door = false, rooms }) =>
    rooms.map((room) => ({ door, ...room })),
  );
  const roomOf = roomFinder(rooms);
  const homeless = [
    ...tree.files.filter((file) => roomOf(file) === undefined),
    ...rooms.map(({ path }) => path).filter((path) => !tree.files.some((f) => holds(path, f))),
  ].map((from) => /** @type {Violation} */ ({ rule: 'homeless', from, to: '' }));
  const faces = new Set(
    rooms.flatMap(({ path, faces = [] }) => faces.map((face) => posix.join(path, face))),
  );
  const wrong = tree.edges.flatMap(({ from, to }) => {
    const [source, target] = [roomOf(from), roomOf(to)];
    if (source === undefined || target === undefined) return [];
    /** @type {Rule[]} */
    const rules = [];
    if (source !== target) {
      if (rooms.indexOf(target) > rooms.indexOf(source)) rules.push('upward');
      if (target.door) rules.push('door');
    }
    if (!faces.has(to) && !throughFace(from, to, tree.files, target.path)) rules.push('past-face');
    return rules.map((rule) => ({ rule, from, to }));
  });
  return [...homeless, ...distinct(wrong), ...circles(tree, roomOf)];
}

/**
 * @template {{ readonly path: string }} T
 * @param {readonly T[]} rooms
 * @returns {(file: string) => T | undefined} the innermost room that holds a file
 */
export function roomFinder(rooms) {
  const innermost = rooms.toSorted((a, b) => b.path.length - a.path.length);
  return (file) => innermost.find(({ path }) => holds(path, file));
}

/** @param {string} path @param {string} file */
function holds(path, file) {
  return file === path || file.startsWith(`${path}/`);
}

/**
 * Whether an import goes through the faces of all folders that it enters. A folder within a room has a face
 * once it has an index.ts; a room always has one. A folder around rooms has none: kinds/index.ts is a room
 * next to kinds/tools.
 * @param {string} from @param {string} to @param {readonly string[]} files @param {string} room
 */
function throughFace(from, to, files, room) {
  const entered = ancestors(to).filter((folder) => holds(room, folder) && !holds(folder, from));
  return entered.every((folder) => {
    const face = `${folder}/index.ts`;
    return to === face || (folder !== room && !files.includes(face));
  });
}

/** The folders that a file is in, outermost first. @param {string} file */
function ancestors(file) {
  const parts = file.split('/').slice(0, -1);
  return parts.map((_, i) => parts.slice(0, i + 1).join('/'));
}

/**
 * @param {Tree} tree
 * @param {(file: string) => unknown} roomOf
 * @returns {Violation[]} one for each import between sibling folders that closes a circle, directly or through others
 */
function circles({ edges }, roomOf) {
  /** @type {Map<string, Set<string>>} */
  const imports = new Map();
  for (const { from, to } of edges) {
    if (roomOf(from) !== roomOf(to)) continue;
    const [a, b] = [ancestors(from), ancestors(to)];
    const at = a.findIndex((folder, i) => folder !== b[i]);
    const [source, target] = [a[at], b[at]];
    if (source === undefined || target === undefined) continue;
    imports.set(source, (imports.get(source) ?? new Set()).add(target));
  }
  return [...imports].flatMap(([from, targets]) =>
    [...targets]
      .filter((to) => reaches(imports, to, from))
      .map((to) => /** @type {Violation} */ ({ rule: 'circle', from, to })),
  );
}

/** @param {ReadonlyMap<string, ReadonlySet<string>>} imports @param {string} from @param {string} to */
function reaches(imports, from, to, seen = new Set()) {
  if (from === to) return true;
  if (seen.has(from)) return false;
  seen.add(from);
  return [...(imports.get(from) ?? [])].some((next) => reaches(imports, next, to, seen));
}

/** @param {readonly Violation[]} found */
function distinct(found) {
  return [...new Map(found.map((each) => [JSON.stringify(each), each])).values()];
}
