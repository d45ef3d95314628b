import { count } from '../../../base/text/index.js';
import { resolveHome } from '../../../home/paths/index.js';
import { checkStore, type StoreReport } from '../../../services/storage/upkeep/index.js';
import type { Command } from '../../command.js';
import { type Fact, formatFactLines, formatSections, type Section } from '../../output/facts.js';
import { printJson } from '../../output/json.js';

export const command: Command = {
  about: `
Reads all that plugins have stored in this home, page by page, and says what is damaged and how much
each plugin has stored. It changes nothing, and hosts may run meanwhile. Exit code 1 means that
something is damaged; "aisopod storage repair" rescues the rest.

In a pipe: one line for each fact, with section, name and value, separated by tabs.
With --json: {"storage":{"file","bytes","pages","records","usage":[{"plugin","tenant","records",
"bytes"}],"damage":[]}}; bytes of usage are those of keys and values.`,
  examples: [
    ['aisopod storage check', 'whether the storage is in order'],
    ['aisopod storage check --json | jq .storage.usage', 'what each plugin has stored'],
  ],
  async run({ options, env, stdout, style }) {
    const report = await checkStore(resolveHome({ home: options.home, env }));
    if (options.json) await printJson(stdout, { storage: report });
    else {
      const sections = sectionsOf(report);
      await stdout.write(
        stdout.isTTY
          ? formatSections(sections, { style, columns: stdout.columns })
          : formatFactLines(sections),
      );
    }
    return report.damage.length === 0 ? 0 : 1;
  },
};

function sectionsOf({ file, bytes, pages, records, usage, damage }: StoreReport): Section[] {
  const state = damage.length > 0 ? 'damaged' : bytes === 0 ? 'empty' : 'in order';
  const storage: Fact[] = [
    ['file', file],
    ['state', state],
    ['size', count(bytes, 'byte')],
    ['checked', count(pages, 'page')],
    ['found', count(records, 'record')],
  ];
  const plugins = usage.map(
    (one): Fact => [
      one.tenant === '' ? one.plugin : `${one.plugin} for ${one.tenant}`,
      `${count(one.records, 'record')}, ${count(one.bytes, 'byte')}`,
    ],
  );
  return [
    { title: 'Storage', facts: storage },
    { title: 'Plugins', facts: plugins },
    { title: 'Damage', facts: damage.map((text, i): Fact => [String(i + 1), text]) },
  ];
}
