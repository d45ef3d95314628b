// The table of rooms in docs/internals/architecture.md.
import { roomFinder } from './rules.mjs';

const BEGIN = '<!-- written by npm run docs:architecture -->';
const END = '<!-- end of what is written -->';

/**
 * Puts the table of rooms between the markers of a page.
 * @param {string} page
 * @param {import('./tree.mjs').Tree} tree
 * @param {readonly import('./rules.mjs').Group[]} groups
 * @returns the page with the present table
 * @throws Error when the page lacks a marker
 */
export function withTable(page, tree, groups) {
  const [start, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (start < 0 || end < start) throw new Error(`The page lacks ${BEGIN} or ${END}`);
  return `${page.slice(0, start)}${BEGIN}\n${table(tree, groups)}\n${page.slice(end)}`;
}

/**
 * @param {import('./tree.mjs').Tree} tree
 * @param {readonly import('./rules.mjs').Group[]} groups
 */
function table({ edges }, groups) {
  const rooms = groups.flatMap((group) => group.rooms);
  const roomOf = roomFinder(rooms);
  /** @param {import('./rules.mjs').Room} room */
  const imports = (room) => {
    const targets = new Set(
      edges.filter(({ from }) => roomOf(from) === room).map(({ to }) => roomOf(to)),
    );
    return rooms.filter((each) => each !== room && targets.has(each)).map(({ path }) => path);
  };
  const rows = groups.flatMap(({ group, rooms }) => [
    `| **${group}** | | |`,
    ...rooms.map(
      (room) => `| \`src/${room.path}\` | ${room.holds} | ${imports(room).join(', ')} |`,
    ),
  ]);
  return ['| Room | Holds | Imports |', '|---|---|---|', ...rows].join('\n');
}
