// npm run test:sanitize: the native tests under address and undefined-behaviour sanitizers, and
// under the thread sanitizer, as far as the compiler has them.
import { spawnSync } from 'node:child_process';
import { nativeTests } from './native-tests.mjs';
import { main } from './run.mjs';

await main(() => {
  for (const [sanitize, flags] of [
    ['address', '-fsanitize=address,undefined'],
    ['thread', '-fsanitize=thread'],
  ]) {
    if (links(flags)) nativeTests(sanitize);
    else process.stdout.write(`> skipped: the C++ compiler cannot link with ${flags}\n`);
  }
});

function links(flags) {
  const compiler = process.env.CXX ?? 'c++';
  const args = [flags, '-x', 'c++', '-', '-o', '/dev/null'];
  return spawnSync(compiler, args, { input: 'int main() { return 0; }\n' }).status === 0;
}
