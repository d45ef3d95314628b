import { ABI_MAJOR, ABI_MINOR } from '../../../abi/index.js';
import type { PluginHost } from '../../../host/index.js';
import { CURRENT_PLATFORM } from '../../../manifest/index.js';
import { HOST_VERSION } from '../../../version.js';
import type { Command, Context } from '../../command.js';
import { openHost } from '../../open-host.js';
import { printJson } from '../../output/json.js';
import { printable } from '../../output/printable.js';
import type { Format, Style } from '../../output/style.js';
import { formatLines } from '../../output/table.js';
import { examine, type Finding } from './examine.js';

export const command: Command = {
  about: `
Starts every plugin and follows each from its folder to its tools: found, checked, what it needs,
opened, registered, started. Where one stops, the reason says what to do. Exit code 1 when any has
failed. One that is switched off, or that another copy takes the place of, is no failure; nor is
having no plugins. With --strict, a difference between manifest and library is one.

In a pipe: one line for each step, with plugin, ok, failed or aside, step and text, separated by tabs;
warnings are steps too.
With --json: {"host","home","failed","warnings":[],"plugins":[{"id","path","verdict","state",
"checks":[{"step","ok","text"}],"warnings","error","timings"}]}; verdict is ok, warned, failed or
aside.`,
  examples: [
    ['aisopod plugins doctor', 'what is wrong, and what to do'],
    ['aisopod plugins doctor --plugin ./hello --strict', 'before a plugin is given to others'],
  ],
  async run(context) {
    const host = await openHost(context, { tolerant: true });
    const findings = host.plugins.list().map(examine);
    const failures = findings.filter(({ verdict }) => verdict === 'failed').length;
    const { stdout, options } = context;
    if (options.json) await printJson(stdout, asJson(host, findings, failures));
    else if (stdout.isTTY) await stdout.write(forPeople(host, findings, context));
    else await stdout.write(forPrograms(findings));
    return failures === 0 ? 0 : 1;
  },
};

const HOST = {
  version: HOST_VERSION,
  abi: `${ABI_MAJOR}.${ABI_MINOR}`,
  node: process.version,
  platform: CURRENT_PLATFORM,
};

function asJson({ home, config }: PluginHost, findings: readonly Finding[], failed: number) {
  return {
    host: HOST,
    home: home.root,
    failed,
    warnings: config.warnings,
    plugins: findings.map(({ plugin, verdict, checks }) => {
      const { id, path, state, warnings, error, timings } = plugin;
      return { id, path, verdict, state, checks, warnings, error, timings };
    }),
  };
}

function forPrograms(findings: readonly Finding[]): string {
  return formatLines(
    findings.flatMap(({ plugin, verdict, checks }) => {
      const name = plugin.id ?? plugin.path;
      return [
        ...checks.map(({ step, ok, text }) => [name, ok ? 'ok' : verdict, step, text]),
        ...plugin.warnings.map(({ code, message }) => [name, 'warning', code, message]),
      ];
    }),
  );
}

const MARKS: Record<Finding['verdict'], readonly [Format, string]> = {
  ok: ['green', '✓'],
  warned: ['yellow', '!'],
  failed: ['red', '✗'],
  aside: ['dim', '-'],
};

function forPeople(host: PluginHost, findings: readonly Finding[], { style }: Context): string {
  const head = [
    `aisopod ${HOST.version}, ABI ${HOST.abi}, Node.js ${HOST.node}, ${HOST.platform}`,
    `home ${host.home.root}`,
    ...host.searchPaths.map(({ path, origin }) => `looks in ${path} (${origin})`),
  ];
  return [
    ...head.map(printable),
    '',
    ...findings.flatMap((each) => block(each, style)),
    ...summary(host, findings),
  ]
    .map((line) => `${line}\n`)
    .join('');
}

function block({ plugin, verdict, checks }: Finding, style: Style): string[] {
  const [format, mark] = MARKS[verdict];
  const name = style('bold', printable(plugin.id ?? plugin.path));
  const line = (key: string, text: string, wrong = false) => {
    const shown = printable(text).replaceAll('\n', `\n${' '.repeat(14)}`);
    return `  ${style('dim', key.padEnd(10))}  ${wrong ? style('red', shown) : shown}`;
  };
  return [
    `${style(format, mark)} ${name} ${plugin.version ?? ''}`.trimEnd(),
    ...checks.map(({ step, ok, text }) => line(step, text, !ok && verdict === 'failed')),
    ...plugin.warnings.map(({ code, message }) => line('warning', `${code}: ${message}`)),
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
      'To write one: aisopod sdk path',
    ];
  }
  const parts = [`${count('ok') + count('warned')} good`];
  if (count('warned') > 0) parts.push(`${count('warned')} of them with warnings`);
  if (count('aside') > 0) parts.push(`${count('aside')} not to run`);
  parts.push(`${count('failed')} failed`);
  return [`${parts.join(', ')}.`];
}
