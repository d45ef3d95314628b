import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { coverageOf } from '../scripts/coverage/read-coverage.mjs';
import { temporaryFolder } from './support/compile-library.js';
import { withBuild } from './support/run-built.js';

withBuild();

const DIST = fileURLToPath(new URL('../dist', import.meta.url));

test('coverage counts the lines that a process of its own has run, and no others', () => {
  const raw = temporaryFolder();
  const env = { ...process.env, NODE_V8_COVERAGE: raw };
  execFileSync(process.execPath, [`${DIST}/cli/main.js`, '--version'], { env, stdio: 'ignore' });
  const files = coverageOf(raw, DIST);
  const main = files.find(({ file }) => file === 'src/cli/main.ts');
  expect(main?.covered).toBeGreaterThan(5);
  expect(main?.missed.length).toBeGreaterThan(0);
  const host = files.find(({ file }) => file === 'src/host/plugin-host.ts');
  expect(host).toMatchObject({ covered: 0 });
  expect(host?.lines).toBeGreaterThan(50);
});
