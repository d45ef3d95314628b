// npm run lint: formatting and rules of TypeScript, types of the tests, what nothing uses, the package as it
// would be published, formatting of C and C++, which mutex guards what in the core, and what clang-tidy has
// to say of it.
import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { configureNativeTests } from './native-tests.mjs';
import { install } from './prepare.mjs';
import { canRun, main, ROOT, run, runTool } from './run.mjs';

/** The version that the sources were formatted with; others disagree in details. */
const CLANG_FORMAT = 14;

/** Checks what native/core/threads/mutex.h lets the core say; no other compiler reads it. */
const THREAD_SAFETY = [
  ...[
    '-std=c++17',
    '-fsyntax-only',
    '-Wall',
    '-Wextra',
    '-Wpedantic',
    '-Wthread-safety',
    '-Werror',
  ],
  ...['-Inative', '-Inative/include'],
];

await main(() => {
  install();
  runTool('biome', ['@biomejs/biome', 'bin', 'biome'], ['check', '--error-on-warnings', '.']);
  runTool('build the TypeScript', ['typescript', 'bin', 'tsc'], ['-p', 'tsconfig.json']);
  runTool('types of tests and bench', ['typescript', 'bin', 'tsc'], ['-p', 'test/tsconfig.json']);
  runTool('exports, files and packages that nothing uses', ['knip', 'bin', 'knip.js'], []);
  runTool('the package', ['publint', 'src', 'cli.js'], ['--strict']);
  const formatter = clangFormat();
  if (formatter === null) {
    process.stdout.write(`> skipped: clang-format ${CLANG_FORMAT} is not installed\n`);
  } else {
    run('clang-format', formatter, ['--dry-run', '--Werror', ...nativeSources()]);
  }
  const core = nativeSources().filter((file) => /^native\/core\/.*\.cc$/.test(file));
  if (canRun('clang++')) {
    run('thread safety of the core', 'clang++', [...THREAD_SAFETY, ...core]);
  } else {
    process.stdout.write('> skipped: thread safety of the core; clang++ is not installed\n');
  }
  if (canRun('clang-tidy')) {
    const folder = configureNativeTests();
    if (canRun('run-clang-tidy', ['--help'])) {
      const jobs = String(availableParallelism());
      const files = `^${ROOT}native/core/`;
      run('clang-tidy', 'run-clang-tidy', ['-p', folder, '-quiet', '-j', jobs, files], {
        quiet: true,
      });
    } else {
      run('clang-tidy', 'clang-tidy', ['-p', folder, '--quiet', ...core]);
    }
  } else {
    process.stdout.write('> skipped: clang-tidy is not installed\n');
  }
});

/** The command of that version, or null. */
function clangFormat() {
  const fits = (command) => {
    const { stdout } = spawnSync(command, ['--version'], { encoding: 'utf8' });
    return stdout?.includes(`version ${CLANG_FORMAT}.`) ?? false;
  };
  return [`clang-format-${CLANG_FORMAT}`, 'clang-format'].find(fits) ?? null;
}

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
