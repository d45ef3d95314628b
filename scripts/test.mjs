// npm test: installs, builds, and runs all tests. Arguments go to vitest: npm test -- test/cli
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nativeTests } from './native-tests.mjs';
import { prepare } from './prepare.mjs';
import { main, ROOT, runTool } from './run.mjs';

const REPORT = join(ROOT, 'build', 'vitest.json');

await main(async () => {
  const filters = process.argv.slice(2);
  await prepare();
  if (filters.length === 0) nativeTests();
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${REPORT}`];
  runTool('tests', ['vitest', 'vitest.mjs'], ['run', ...reporters, ...filters]);
  const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(
    readFileSync(REPORT, 'utf8'),
  );
  process.stdout.write(
    `\n${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests} skipped\n`,
  );
});
