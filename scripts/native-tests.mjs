// Builds and runs the native tests: plain, or under a sanitizer of the compiler.
import { availableParallelism } from 'node:os';
import { canRun, run } from './run.mjs';

/** @param sanitize 'none', 'address' (with undefined behaviour) or 'thread' */
export function nativeTests(sanitize = 'none') {
  const folder = configureNativeTests(sanitize);
  const jobs = String(availableParallelism());
  const title = titleOf(sanitize);
  run(`build the ${title}`, 'cmake', ['--build', folder, '--parallel', jobs], { quiet: true });
  run(title, 'ctest', ['--test-dir', folder, '--output-on-failure', '--parallel', jobs]);
}

/**
 * Prepares the build and writes its compile_commands.json.
 * @returns its folder
 */
export function configureNativeTests(sanitize = 'none') {
  const folder = `build/native-${sanitize}`;
  const generator = canRun('ninja') ? ['-G', 'Ninja'] : [];
  const options = [
    `-DAISOPOD_SANITIZE=${sanitize}`,
    '-DBUILD_TESTING=ON',
    '-DCMAKE_EXPORT_COMPILE_COMMANDS=ON',
  ];
  const args = ['-S', '.', '-B', folder, ...generator, ...options];
  run(`configure the ${titleOf(sanitize)}`, 'cmake', args, { quiet: true });
  return folder;
}

function titleOf(sanitize) {
  return sanitize === 'none' ? 'native tests' : `native tests, ${sanitize} sanitizer`;
}
