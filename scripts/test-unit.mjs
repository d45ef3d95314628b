// npm run test:unit: the tests of the rooms that need no native build and start no process, in seconds.
// Arguments go to vitest, as for npm test: npm run test:unit -- test/base
import { main, runTool } from './run.mjs';

await main(() => {
  const args = ['run', '--config', 'vitest.unit.config.ts', ...process.argv.slice(2)];
  runTool('unit tests', ['vitest', 'vitest.mjs'], args);
});
