// npm run bench: each row against its comparison, in one run; pinned to one core (which is what the
// budgets mean) and unpinned. Arguments choose rows by a part of their name.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { prepare } from './prepare.mjs';
import { canRun, main, ROOT, run, StepFailed } from './run.mjs';

await main(async () => {
  prepare();
  run('build what is compared', 'cmake', ['build/node', '-DAISOPOD_BENCH=ON'], { quiet: true });
  run('build it', 'cmake', ['--build', 'build/node'], { quiet: true });
  const { ROWS } = await import('../bench/table.mjs');
  const wanted = process.argv.slice(2);
  const pin = canRun('taskset') ? ['taskset', '-c', '0'] : null;
  print('', 'against', 'pinned', 'unpinned', 'budget', 'ours (pinned)');
  for (const [index, { name, against, budget, goalMs }] of ROWS.entries()) {
    if (wanted.length > 0 && !wanted.some((each) => name.includes(each))) continue;
    const pinned = pin === null ? null : measure(index, pin);
    const free = measure(index, []);
    const { ours } = pinned ?? free;
    const verdict = goalMs === undefined ? limit(budget, pinned ?? free) : goal(goalMs, ours);
    print(name, against, ratio(pinned), ratio(free), verdict, time(ours));
  }
});

function measure(index, prefix) {
  const [command, ...args] = [...prefix, process.execPath, join(ROOT, 'bench', 'row.mjs')];
  const result = spawnSync(command, [...args, String(index)], { encoding: 'utf8' });
  if (result.status === 0) return JSON.parse(result.stdout);
  throw new StepFailed(`row ${index} failed: ${result.stderr}`);
}

function print(name, against, ...columns) {
  const cells = columns.map((each) => each.padStart(14)).join('');
  process.stdout.write(`${name.padEnd(27)}${against.padEnd(16)}${cells}\n`);
}

function ratio(result) {
  return result === null ? '-' : `${result.ratio.toFixed(2)}x`;
}

function limit(budget, result) {
  if (budget === undefined) return '';
  return `${budget.toFixed(2)}x ${result.ratio <= budget ? 'ok' : 'over'}`;
}

function goal(ms, ns) {
  return `${ms} ms ${ns <= ms * 1e6 ? 'ok' : 'over'}`;
}

function time(ns) {
  if (ns < 10_000) return `${Math.round(ns)} ns`;
  return ns < 10_000_000 ? `${(ns / 1e3).toFixed(1)} us` : `${(ns / 1e6).toFixed(1)} ms`;
}
