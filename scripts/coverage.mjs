// npm run coverage: which lines of src the tests run, the processes that they start included. A report,
// not a gate. Arguments go to vitest: npm run coverage -- test/cli
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { coverageOf } from './coverage/read-coverage.mjs';
import { prepare } from './prepare.mjs';
import { main, ROOT, runTool, StepFailed } from './run.mjs';

const FOLDER = join(ROOT, 'build', 'coverage');
const RAW = join(FOLDER, 'raw');

await main(async () => {
  await prepare();
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(RAW, { recursive: true });
  const args = ['run', '--config', 'vitest.coverage.config.ts', ...process.argv.slice(2)];
  let failure;
  try {
    runTool('tests with coverage', ['vitest', 'vitest.mjs'], args, {
      env: { NODE_V8_COVERAGE: RAW },
    });
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    failure = error; // what ran is reported all the same
  }
  const files = coverageOf(RAW, join(ROOT, 'dist'));
  writeFileSync(join(FOLDER, 'coverage.json'), `${JSON.stringify(files, null, 2)}\n`);
  process.stdout.write(reportOf(files));
  if (failure !== undefined) throw failure;
});

function reportOf(files) {
  const row = (name, covered, lines) =>
    `${((100 * covered) / Math.max(1, lines)).toFixed(1).padStart(6)} %  ${name}`;
  const sum = (key) => files.reduce((total, file) => total + file[key], 0);
  const rows = files
    .filter(({ missed }) => missed.length > 0)
    .sort((a, b) => a.covered / a.lines - b.covered / b.lines)
    .map(
      ({ file, covered, lines, missed }) => `${row(file, covered, lines)}: ${missed.join(', ')}`,
    );
  return `\n${rows.join('\n')}\n${row('all lines with code', sum('covered'), sum('lines'))}\n`;
}
