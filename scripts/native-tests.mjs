// Builds and runs the native tests: plain, or under a sanitizer of the compiler.
import { availableParallelism } from 'node:os';
import { canRun, run } from './run.mjs';

/** @param sanitize 'none', 'address' (with undefined behaviour) or 'thread' */
export function nativeTests(sanitize = 'none') {
  const folder = `build/native-${sanitize}`;
  const jobs = String(availableParallelism());
  const generator = canRun('ninja') ? ['-G', 'Ninja'] : [];
  const title = sanitize === 'none' ? 'native tests' : `native tests, ${sanitize} sanitizer`;
  run(
    `configure the ${title}`,
    'cmake',
    ['-S', '.', '-B', folder, ...generator, `-DAISOPOD_SANITIZE=${sanitize}`, '-DBUILD_TESTING=ON'],
    { quiet: true },
  );
  run(`build the ${title}`, 'cmake', ['--build', folder, '--parallel', jobs], { quiet: true });
  run(title, 'ctest', ['--test-dir', folder, '--output-on-failure', '--parallel', jobs]);
}
