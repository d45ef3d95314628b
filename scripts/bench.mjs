// npm run bench: each row against its comparison, in one run; pinned to one core (which is what the
// budgets mean) and unpinned. Arguments choose rows by a part of their name; a whole run is kept in
// bench/results.json and docs/internals/performance.md.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { prepare } from './prepare.mjs';
import { canRun, main, ROOT, run, StepFailed } from './run.mjs';

await main(async () => {
  await prepare();
  run('build what is compared', 'cmake', ['build/node', '-DAISOPOD_BENCH=ON'], { quiet: true });
  run('build it', 'cmake', ['--build', 'build/node'], { quiet: true });
  const { ROWS } = await import('../bench/table.mjs');
  const { cells, keep, line } = await import('../bench/report.mjs');
  const wanted = process.argv.slice(2);
  const pin = canRun('taskset') ? ['taskset', '-c', '0'] : null;
  const results = [];
  process.stdout.write(`${line()}\n`);
  for (const [index, row] of ROWS.entries()) {
    if (wanted.length > 0 && !wanted.some((each) => row.name.includes(each))) continue;
    const pinned = pin === null ? null : measure(index, pin);
    const unpinned = measure(index, []);
    results.push({ row: cells(row, pinned, unpinned), pinned, unpinned });
    process.stdout.write(`${line(results.at(-1).row)}\n`);
  }
  if (wanted.length === 0) keep(results);
});

function measure(index, prefix) {
  const [command, ...args] = [...prefix, process.execPath, join(ROOT, 'bench', 'row.mjs')];
  const result = spawnSync(command, [...args, String(index)], { encoding: 'utf8' });
  if (result.status === 0) return JSON.parse(result.stdout);
  throw new StepFailed(`row ${index} failed: ${result.stderr}`);
}
