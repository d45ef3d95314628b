import satisfies from 'semver/functions/satisfies.js';
import type { PluginInfo } from '../../../host/index.js';
import type { Command } from '../../command.js';
import { discoverHost } from '../../open-host.js';
import { printJson } from '../../output/json.js';
import { oneLine } from '../../output/printable.js';

/** What stands between a plugin and one that it needs; null: nothing. */
type Obstacle = 'missing' | 'version' | 'disabled' | 'refused';

interface Need {
  readonly id: string;
  readonly range: string;
  readonly optional: boolean;
  /** The version that is there; null: none. */
  readonly found: string | null;
  readonly obstacle: Obstacle | null;
}

interface Node {
  readonly id: string;
  readonly version: string;
  readonly state: string;
  readonly needs: readonly Need[];
}

export const command: Command = {
  about: `
Shows which plugin needs which, by their manifests alone: nothing is opened. Of several copies of a
plugin, the one that the host would use counts.

A plugin stands below each plugin that needs it. Behind it stands what keeps it from being used:
"missing", "version", "disabled" or "refused". What is optional is marked so, and never keeps a plugin
from starting.

With --mermaid: a flowchart for pages that draw Mermaid, such as those of GitHub.
With --json: {"plugins":[{"id","version","state","needs":[{"id","range","optional","found",
"obstacle"}]}]}; found is a version or null, obstacle one of the words above or null.`,
  examples: [
    ['aisopod plugins graph', 'which plugin needs which'],
    ['aisopod plugins graph --mermaid > plugins.mmd', 'as a drawing'],
  ],
  async run(context) {
    const host = await discoverHost(context);
    const nodes = nodesOf(host.plugins.list());
    const { stdout, options } = context;
    if (options.json) await printJson(stdout, { plugins: nodes });
    else await stdout.write(options.mermaid ? flowchart(nodes) : trees(nodes));
    return 0;
  },
};

/** The plugins that a host would use, by id. */
function nodesOf(plugins: readonly PluginInfo[]): readonly Node[] {
  const used = new Map<string, PluginInfo>();
  for (const plugin of plugins) {
    const { id, manifest, error } = plugin;
    if (id === null || manifest === null || error?.code === 'SHADOWED') continue;
    if (!used.has(id)) used.set(id, plugin);
  }
  return [...used]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, { version, state, manifest }]) => ({
      id,
      version: version ?? '',
      state,
      needs: Object.entries(manifest?.dependencies ?? {})
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([needed, { range, optional }]) => {
          const found = used.get(needed);
          const obstacle = obstacleOf(found, range);
          return { id: needed, range, optional, found: found?.version ?? null, obstacle };
        }),
    }));
}

function obstacleOf(found: PluginInfo | undefined, range: string): Obstacle | null {
  if (found === undefined) return 'missing';
  if (range !== '*' && !satisfies(found.version ?? '', range)) return 'version';
  if (found.state === 'disabled') return 'disabled';
  return found.state === 'validated' ? null : 'refused';
}

/** A tree for each plugin that no other one needs; a plugin in a circle ends the branch. */
function trees(nodes: readonly Node[]): string {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const needed = new Set(nodes.flatMap(({ needs }) => needs.map(({ id }) => id)));
  const drawn = new Set<string>();
  const lines: string[] = [];
  const branch = (node: Node, lead: string, way: readonly string[]) => {
    const isRepeated = drawn.has(node.id) && node.needs.length > 0;
    drawn.add(node.id);
    if (isRepeated) return;
    for (const [i, need] of node.needs.entries()) {
      const isLast = i === node.needs.length - 1;
      const isCircle = way.includes(need.id);
      const next = byId.get(need.id);
      const again = !isCircle && next !== undefined && drawn.has(need.id) && next.needs.length > 0;
      lines.push(`${lead}${isLast ? '└─ ' : '├─ '}${said(need, isCircle, again)}`);
      if (next === undefined || isCircle) continue;
      branch(next, `${lead}${isLast ? '   ' : '│  '}`, [...way, need.id]);
    }
  };
  const tree = (node: Node) => {
    lines.push(`${node.id} ${node.version}${node.state === 'validated' ? '' : `  ${node.state}`}`);
    branch(node, '', [node.id]);
  };
  for (const node of nodes) if (!needed.has(node.id)) tree(node);
  // Those that are only needed in a circle.
  for (const node of nodes) if (!drawn.has(node.id)) tree(node);
  return lines.map((line) => `${line}\n`).join('');
}

function said(need: Need, isCircle: boolean, again: boolean): string {
  const { id, found, range, optional, obstacle } = need;
  const marks = [
    range === '*' ? '' : `needs ${oneLine(range)}`,
    optional ? 'optional' : '',
    obstacle ?? '',
    isCircle ? 'circle' : '',
    again ? 'see above' : '',
  ].filter((mark) => mark !== '');
  const name = found === null ? id : `${id} ${found}`;
  return marks.length === 0 ? name : `${name}  ${marks.join(', ')}`;
}

/** Text in quotes, in which Mermaid would read tags. */
function quoted(text: string): string {
  return `"${text.replaceAll('<', '#lt;').replaceAll('>', '#gt;').replaceAll('"', '#quot;')}"`;
}

/** Nodes are numbered: an id may be a word of Mermaid's own. */
function flowchart(nodes: readonly Node[]): string {
  const missing = nodes.flatMap(({ needs }) =>
    needs.filter(({ obstacle }) => obstacle === 'missing').map(({ id }) => id),
  );
  const ids = [...new Set([...nodes.map(({ id }) => id), ...missing])];
  const numbers = new Map(ids.map((id, i) => [id, `n${i}`]));
  const versions = new Map(nodes.map(({ id, version }) => [id, version]));
  const lines = ['flowchart TD'];
  for (const id of ids) {
    const label = versions.has(id) ? `${id} ${versions.get(id)}` : `${id} (missing)`;
    lines.push(`  ${numbers.get(id)}[${quoted(label)}]`);
  }
  for (const { id, needs } of nodes) {
    for (const { id: needed, range, optional, obstacle } of needs) {
      const words = [range === '*' ? '' : range, obstacle ?? ''].filter((word) => word !== '');
      const text = words.length === 0 ? '' : `|${quoted(words.join(', '))}|`;
      const arrow = optional ? '-.->' : '-->';
      lines.push(`  ${numbers.get(id)} ${arrow}${text} ${numbers.get(needed)}`);
    }
  }
  return `${lines.join('\n')}\n`;
}
