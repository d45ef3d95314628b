// npm run lint: formatting and rules of TypeScript, types of the tests, formatting of C and C++.
import { spawnSync } from 'node:child_process';
import { install } from './prepare.mjs';
import { canRun, main, ROOT, run, runTool } from './run.mjs';

await main(() => {
  install();
  runTool('biome', ['@biomejs/biome', 'bin', 'biome'], ['check', '--error-on-warnings', '.']);
  runTool('types of src', ['typescript', 'bin', 'tsc'], ['-p', 'tsconfig.json', '--noEmit']);
  runTool('types of tests and bench', ['typescript', 'bin', 'tsc'], ['-p', 'test/tsconfig.json']);
  if (canRun('clang-format')) {
    run('clang-format', 'clang-format', ['--dry-run', '--Werror', ...nativeSources()]);
  } else {
    process.stdout.write('> skipped: clang-format is not installed\n');
  }
});

function nativeSources() {
  const patterns = ['native', 'plugins-c', 'test/native'].flatMap((folder) =>
    ['c', 'cc', 'h'].map((suffix) => `${folder}/**/*.${suffix}`),
  );
  const listed = spawnSync('git', ['ls-files', '--', ...patterns.map((each) => `:(glob)${each}`)], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  return listed.stdout.split('\n').filter((file) => file !== '' && !file.endsWith('/plugin.h'));
}
