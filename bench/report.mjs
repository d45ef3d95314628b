// What a benchmark says: a line for the terminal, a table for docs/internals/performance.md, and
// data for a program.
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './paths.mjs';

const HEAD = ['', 'against', 'pinned', 'unpinned', 'budget', 'ours (pinned)'];
const WIDTHS = [29, 16, 10, 10, 16, 14];
const PAGE = join(ROOT, 'docs/internals/performance.md');
const TABLE = /(<!-- table -->\n)[\s\S]*?(<!-- end of table -->)/;

/** The cells of a row: `row` as in table.mjs, its results pinned (null: not possible) and not. */
export function cells({ name, against, budget, goalMs, goal, unit = 'ns' }, pinned, free) {
  const { ours, ratio } = pinned ?? free;
  const times = (result) => (result?.ratio == null ? '-' : `${result.ratio.toFixed(2)}x`);
  const verdict = (what, isMet) => `${what}, ${isMet ? 'met' : 'missed'}`;
  const show = SHOWN[unit];
  let judged = '';
  if (goal !== undefined) judged = verdict(show(goal), ours <= goal);
  else if (goalMs !== undefined) judged = verdict(`${goalMs} ms`, ours <= goalMs * 1e6);
  else if (budget !== undefined) judged = verdict(`${budget.toFixed(2)}x`, ratio <= budget);
  return [name, against, times(pinned), times(free), judged, show(ours)];
}

export function line(row = HEAD) {
  return `${row.map((cell, i) => cell.padEnd(WIDTHS[i] ?? 0)).join('')}`.trimEnd();
}

/** Keeps a whole run: bench/results.json, and the table of docs/internals/performance.md. */
export function keep(results) {
  const machine = `${cpus().length} cores, ${cpus()[0]?.model ?? 'unknown'}`;
  const run = { date: new Date().toISOString().slice(0, 10), node: process.version, machine };
  const data = { ...run, rows: results.map(({ row, ...times }) => ({ name: row[0], ...times })) };
  writeFileSync(join(ROOT, 'bench', 'results.json'), `${JSON.stringify(data, null, 2)}\n`);
  const lines = [HEAD, HEAD.map(() => '---'), ...results.map(({ row }) => row)];
  const table = lines.map((each) => `| ${each.join(' | ')} |\n`).join('');
  const about = `${run.date}, Node.js ${run.node}, ${machine}\n\n`;
  const page = readFileSync(PAGE, 'utf8');
  writeFileSync(
    PAGE,
    page.replace(TABLE, (_, head, end) => `${head}${about}${table}${end}`),
  );
}

function time(ns) {
  if (ns < 10_000) return `${Math.round(ns)} ns`;
  return ns < 10_000_000 ? `${(ns / 1e3).toFixed(1)} µs` : `${(ns / 1e6).toFixed(1)} ms`;
}

/** How what a row measured is shown, by its unit. */
const SHOWN = {
  ns: time,
  bytes: (bytes) => `${(bytes / 1000).toFixed(1)} kB`,
  threads: (count) => `${Number(count.toFixed(2))} ${count === 1 ? 'thread' : 'threads'}`,
};
