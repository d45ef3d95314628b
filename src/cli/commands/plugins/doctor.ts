import { ABI_MAJOR, ABI_MINOR } from '../../../abi/index.js';
import type { AisopodError } from '../../../base/errors/index.js';
import { HOST_VERSION } from '../../../base/version.js';
import type { PluginHost } from '../../../host/index.js';
import { CURRENT_PLATFORM } from '../../../packages/manifest/index.js';
import type { Command, Context } from '../../command.js';
import { openHost } from '../../open-host.js';
import { withGivenOptions } from '../../output/given-options.js';
import { printJson } from '../../output/json.js';
import { shortPath, shortPaths } from '../../output/path-cell.js';
import { oneLine, printable } from '../../output/printable.js';
import type { Format } from '../../output/style.js';
import { formatLines } from '../../output/table.js';
import { wrap } from '../../output/width.js';
import { examine, type Finding } from './examine.js';
import { heldCopyWarnings } from './held-copies.js';
import { checkHostVersion } from './host-version.js';

export const command: Command = {
  about: `
Starts every plugin and follows each from its folder to its tools: found, checked, what it needs,
opened, registered, started. Where one stops, the reason says what to do. A plugin that was left out
because it crashed is tried again. The plugins run in a child process. Exit code 1 when any has
failed. A plugin that is switched off or shadowed by another copy is not a failure; nor is having no
plugins. It also names running processes that have reloaded plugins very often, which should start
again. With --strict, a difference between manifest and library is one.

With --host-version, which plugins would fit another aisopod, by the ranges in their manifests: each
fits, stops, begins, changes (to another version of it), never, or other (it does not run for another
reason). Nothing is opened. Exit code 1 when any would stop fitting.

In a pipe: one line for each step, with plugin, ok, failed or aside, step and text, separated by tabs;
warnings are steps too; one about the set-up has "-" for a plugin. With --host-version, one line for each plugin: id, version, fit, range, path
and reason.
With --json: {"host","home","failed","warnings":[],"setUp":[],"plugins":[{"id","version","path","verdict",
"state","checks":[{"step","ok","text"}],"tools","warnings","error","library","timings"}]}; verdict is
ok, warned, failed or aside. With --host-version: {"host","stops","plugins":[{"id","version","path",
"host","fit","reason"}]}.`,
  examples: [
    ['aisopod plugins doctor', 'what is wrong, and what to do'],
    ['aisopod plugins doctor --plugin ./hello --strict', 'before a plugin is given to others'],
    ['aisopod plugins doctor --host-version 1.0.0', 'before aisopod is updated'],
  ],
  async run(context) {
    const wanted = context.options['host-version'];
    if (wanted !== undefined) return checkHostVersion(context, wanted);
    const host = await openHost(context, {
      tolerant: true,
      retry: true,
      all: true,
      shows: ['SEARCH_PATH_MISSING', 'CONFIG_UNUSED'],
    });
    const findings = host.plugins.list().map((plugin) => {
      const { id } = plugin;
      const entries = id === null ? [] : host.registry.snapshot.entriesOf(id);
      const off = id === null || plugin.state !== 'disabled' ? [] : host.plugins.disabledBy(id);
      return examine(plugin, entries, off);
    });
    const setUp = [...host.warnings, ...(await heldCopyWarnings(host.home.copies))];
    const failures = findings.filter(({ verdict }) => verdict === 'failed').length;
    const { stdout, options } = context;
    if (options.json) await printJson(stdout, asJson(host, setUp, findings, failures));
    else if (stdout.isTTY) await stdout.write(forPeople(host, setUp, findings, context));
    else await stdout.write(forPrograms(setUp, findings));
    return failures === 0 ? 0 : 1;
  },
};

const HOST = {
  version: HOST_VERSION,
  abi: `${ABI_MAJOR}.${ABI_MINOR}`,
  node: process.version,
  platform: CURRENT_PLATFORM,
};

function asJson(
  { home, config }: PluginHost,
  warnings: readonly AisopodError[],
  findings: readonly Finding[],
  failed: number,
) {
  return {
    host: HOST,
    home: home.root,
    failed,
    warnings: config.warnings,
    setUp: warnings.map((warning) => warning.toJSON()),
    plugins: findings.map(({ plugin, verdict, checks }) => {
      const { id, version, path, state, tools, warnings, error, library, timings } = plugin;
      const said = { checks, tools, warnings, error, library, timings };
      return { id, version, path, verdict, state, ...said };
    }),
  };
}

function forPrograms(warnings: readonly AisopodError[], findings: readonly Finding[]): string {
  return formatLines([
    ...warnings.map(({ code, message }) => ['', 'warning', code, message]),
    ...findings.flatMap(({ plugin, verdict, checks }) => {
      const name = plugin.id ?? plugin.path;
      return [
        ...checks.map(({ step, ok, text }) => [name, ok ? 'ok' : verdict, step, text]),
        ...plugin.warnings.map(({ code, message }) => [name, 'warning', code, message]),
      ];
    }),
  ]);
}

const MARKS: Record<Finding['verdict'], readonly [Format, string]> = {
  ok: ['green', '✓'],
  warned: ['yellow', '!'],
  failed: ['red', '✗'],
  aside: ['dim', '-'],
};

// Cells before the text of a step.
const INDENT = 16;

function forPeople(
  host: PluginHost,
  setUp: readonly AisopodError[],
  findings: readonly Finding[],
  context: Context,
): string {
  const { env, style } = context;
  const head = [
    `aisopod ${HOST.version}, ABI ${HOST.abi}, Node.js ${HOST.node}, ${HOST.platform}`,
    `home ${shortPath(host.home.root, env)}`,
    ...host.searchPaths
      .filter(({ error }) => error?.code !== 'SEARCH_PATH_MISSING')
      .map(({ path, origin }) => `looks in ${shortPath(path, env)} (${origin})`),
  ];
  return [
    ...head.map(oneLine),
    ...setUp.map(({ message }) => `${style('yellow', '!')} ${printable(message)}`),
    '',
    ...findings.flatMap((each) => block(each, context)),
    ...summary(host, findings),
  ]
    .map((line) => `${line}\n`)
    .join('');
}

function block(
  { plugin, verdict, checks }: Finding,
  { env, options, stdout, style }: Context,
): string[] {
  const [format, mark] = MARKS[verdict];
  const name = style('bold', oneLine(plugin.id ?? plugin.path));
  const line = (key: string, text: string, kind: Finding['verdict'] = 'ok') => {
    const lines = wrap(
      printable(shortPaths(withGivenOptions(text, options), env)),
      stdout.columns - INDENT,
    ).split('\n');
    const [color, sign] = MARKS[kind];
    const marked = kind === 'ok' ? ' ' : style(color, sign);
    const shown = kind === 'failed' ? lines.map((each) => style('red', each)) : lines;
    return `  ${marked} ${style('dim', key.padEnd(10))}  ${shown.join(`\n${' '.repeat(INDENT)}`)}`;
  };
  return [
    `${style(format, mark)} ${name} ${plugin.version ?? ''}`.trimEnd(),
    ...checks.map(({ step, ok, text }) => line(step, text, ok ? 'ok' : verdict)),
    ...plugin.warnings.map(({ code, message }) => line('warning', `${code}: ${message}`, 'warned')),
    '',
  ];
}

/** The count, and what to do next. */
function summary({ home }: PluginHost, findings: readonly Finding[]): string[] {
  const count = (verdict: Finding['verdict']) =>
    findings.filter((each) => each.verdict === verdict).length;
  if (findings.length === 0) {
    return [
      `There are no plugins. Put the folder of one into ${home.plugins}, or try one with --plugin DIR.`,
      'Show the header and the CMake package with: aisopod sdk path',
    ];
  }
  const parts = [`${count('ok') + count('warned')} good`];
  if (count('warned') > 0) parts.push(`${count('warned')} of them with warnings`);
  if (count('aside') > 0) parts.push(`${count('aside')} not to run`);
  parts.push(`${count('failed')} failed`);
  return [`${parts.join(', ')}.`];
}
