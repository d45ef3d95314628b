import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/compile-library.js';
import { withBuild } from '../support/run-built.js';

withBuild();

const DIST = fileURLToPath(new URL('../../dist', import.meta.url));
const folder = temporaryFolder();

// What V8 has seen of a process names all modules that it has loaded.
function modulesOf(...args: string[]): string[] {
  const coverage = mkdtempSync(join(folder, 'coverage-'));
  const env = { ...process.env, NODE_V8_COVERAGE: coverage };
  execFileSync(process.execPath, args, { env, stdio: 'ignore' });
  const ours = pathToFileURL(DIST).href;
  const urls = readdirSync(coverage).flatMap((file) => {
    const { result } = JSON.parse(readFileSync(join(coverage, file), 'utf8'));
    return (result as { url: string }[]).map(({ url }) => url);
  });
  return [...new Set(urls)].filter((url) => url.startsWith(ours));
}

// More of them make every start slower. What a start can do without is loaded by its first use.
test('aisopod --version loads at most 11 modules of the package', () => {
  const modules = modulesOf(join(DIST, 'cli', 'main.js'), '--version');
  expect(modules.length).toBeGreaterThan(1);
  expect(modules.length).toBeLessThanOrEqual(11);
});

test('an import of aisopod loads at most 288 modules of the package', () => {
  const index = pathToFileURL(join(DIST, 'index.js')).href;
  const modules = modulesOf('--input-type=module', '-e', `await import('${index}')`);
  expect(modules.length).toBeGreaterThan(11);
  expect(modules.length).toBeLessThanOrEqual(288);
});
