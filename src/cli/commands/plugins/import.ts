import { dirname } from 'node:path';
import type { AisopodError } from '../../../base/errors/index.js';
import { removeLeft } from '../../../base/files/remove-left.js';
import { count, shellWord, showPath } from '../../../base/text/index.js';
import { problemsError } from '../../../base/toml/index.js';
import { resolveHome } from '../../../home/paths/index.js';
import type { Command, Context } from '../../command.js';
import { withGivenOptions } from '../../output/given-options.js';
import { printJson } from '../../output/json.js';
import { shortPath } from '../../output/path-cell.js';
import { oneLine } from '../../output/printable.js';
import { formatLines } from '../../output/table.js';
import { wrap } from '../../output/width.js';
import { type ImportItem, type ImportPlan, planImport } from './import-plan.js';
import { importSources } from './import-sources.js';

export const command: Command = {
  about: `
Takes over what other hosts say about plugins, and shows key by key what is mapped to what, what is not, and
why. Nothing is written without --write.

A plugin.yaml or plugin.json becomes an aisopod.plugin.toml next to it; comments are not taken over. A list of
plugins (plugins.toml, config.yaml, registry.json) is added to config.toml of the home: what that says
already stays, comments too. Of a folder, its lists are taken, its manifest, and those of the folders in
it. Nothing is written if any of the files has a fault, or if an aisopod.plugin.toml is there already.

In a pipe: one line for each key, with file, result, key, new key and reason, separated by tabs; result is
mapped, there (config.toml says the same), kept (it says otherwise), unmapped, or fault.
With --json: {"written":[],"sources":[{"source","target","faults":[],"items":[{"result","from","to",
"reason"}]}]}.`,
  examples: [
    ['aisopod plugins import ./weather', 'what would become of its manifest'],
    ['aisopod plugins import ~/.asky/plugins.toml --write', 'add a list of plugins to config.toml'],
    ['aisopod plugins import ./plugins --write', 'a folder of plugins'],
  ],
  async run(context, [given = '']) {
    const { options, env } = context;
    const home = resolveHome({ home: options.home, env });
    const plans: ImportPlan[] = [];
    for (const source of importSources(given)) plans.push(await planImport(source, home));
    if (options.write) {
      // An import that was killed may have left a file next to the manifest that it wrote.
      for (const folder of new Set(plans.map(({ target }) => dirname(target))))
        await removeLeft(folder);
    }
    const failed = failureOf(plans, options.write);
    const written: string[] = [];
    if (options.write && failed === null) {
      for (const { target, write } of plans) if (await write()) written.push(target);
    }
    const distinct = [...new Set(written)];
    await show(plans, distinct, context);
    if (failed !== null) throw failed;
    if (!options.json) await tellNext(plans, distinct, given, context);
    return 0;
  },
};

/** The faults of all files in one error; else, if it is to be written, what stands in the way. */
function failureOf(plans: readonly ImportPlan[], write: boolean): AisopodError | null {
  const problems = plans.flatMap(({ errors }) => errors);
  const [first] = problems;
  if (first !== undefined) return problemsError(first.file, problems, 'IMPORT_INVALID');
  return write ? (plans.find(({ refusal }) => refusal !== null)?.refusal ?? null) : null;
}

async function show(
  plans: readonly ImportPlan[],
  written: readonly string[],
  context: Context,
): Promise<void> {
  const { stdout, options } = context;
  if (options.json) {
    const sources = plans.map(({ source, target, errors, items }) => ({
      source,
      target,
      faults: errors,
      items,
    }));
    await printJson(stdout, { written, sources });
  } else if (stdout.isTTY) {
    await stdout.write(plans.map((plan) => block(plan, context)).join('\n'));
  } else await stdout.write(formatLines(plans.flatMap(linesOf)));
}

function linesOf({ source, errors, items }: ImportPlan): string[][] {
  return [
    ...items.map(({ result, from, to, reason }) => [source, result, from, to ?? '', reason ?? '']),
    ...errors.map(({ path, found, expected }) => [
      source,
      'fault',
      path,
      '',
      `found ${found}, expected ${expected}`,
    ]),
  ];
}

/** Files, and under them a line for each key. */
function block({ source, target, items }: ImportPlan, { stdout, style, env }: Context): string {
  const widest = Math.min(32, Math.max(...items.map(({ from }) => from.length), 0));
  const head = `${style('bold', oneLine(shortPath(source, env)))} → ${oneLine(shortPath(target, env))}`;
  const lines = items.map((item) => {
    const text = textOf(item);
    const from = oneLine(item.from).padEnd(widest);
    const [first = '', ...more] = wrap(text, stdout.columns - widest - 4).split('\n');
    const indent = ' '.repeat(widest + 4);
    const shown = [first, ...more.map((each) => indent + each)].join('\n');
    return `  ${from}  ${item.result === 'unmapped' ? style('yellow', shown) : shown}`;
  });
  return `${[head, ...lines].join('\n')}\n`;
}

function textOf({ result, to, reason }: ImportItem): string {
  if (result === 'unmapped') return `not mapped: ${oneLine(reason ?? '')}`;
  if (result === 'there') return `${to} (is so already)`;
  return result === 'kept' ? `${to} stays: ${reason}` : `${to}`;
}

async function tellNext(
  plans: readonly ImportPlan[],
  written: readonly string[],
  given: string,
  { messages, options }: Context,
): Promise<void> {
  const mapped = plans
    .flatMap(({ items }) => items)
    .filter(({ result }) => result === 'mapped').length;
  if (options.write) {
    const what =
      written.length === 0
        ? 'Nothing was to be written.'
        : `Wrote ${written.map(showPath).join(', ')}.`;
    await messages.line(what);
    return;
  }
  const standing = plans.find(({ refusal }) => refusal !== null)?.refusal;
  if (standing) return void (await messages.line(standing.message));
  const next = withGivenOptions(`aisopod plugins import ${shellWord(given)} --write`, options);
  const what =
    mapped === 0
      ? 'There is nothing to write.'
      : `Nothing was written. Write ${count(mapped, 'key')} with: ${next}`;
  await messages.line(what);
}
