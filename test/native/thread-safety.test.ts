import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { CLANGS, skipPart } from '../abi/toolchain.js';

const NATIVE = fileURLToPath(new URL('../../native', import.meta.url));
const FLAGS = ['-std=c++17', '-fsyntax-only', '-Wthread-safety', '-Werror'];

const COUNTER = `
#include "core/threads/mutex.h"

struct Item {
  aisopod::Guarded<int> state;
};

class Counter {
 public:
  int read();
  void call_plugin() AISOPOD_EXCLUDES(mutex_) {}

 private:
  int next() AISOPOD_REQUIRES(mutex_) { return ++count_; }

  Item item_;
  aisopod::Mutex mutex_;
  aisopod::Condition changed_;
  int count_ AISOPOD_GUARDED_BY(mutex_) = 0;
};

int Counter::read() {
`;

/** What clang reports about a translation unit; '' if it takes it. */
function complaints(clang: string, source: string): Promise<string> {
  const args = [...FLAGS, `-I${NATIVE}`, `-I${NATIVE}/include`, '-x', 'c++', '-'];
  return new Promise((resolve) => {
    const child = execFile(clang, args, (_error, _stdout, stderr) => resolve(stderr));
    child.stdin?.end(source);
  });
}

if (CLANGS.length === 0)
  skipPart('clang is not installed: thread safety of the core. Debian: apt install clang');

describe.for(CLANGS)('the annotations of mutex.h with $name', ({ command }) => {
  const body = (code: string) => complaints(command, `${COUNTER}${code}\n}\n`);

  test('allow what is done with the mutex held', async () => {
    const code = `
      const aisopod::MutexLock lock(mutex_);
      while (next() < 2) changed_.wait(mutex_);
      { const aisopod::MutexUnlock unlocked(mutex_); call_plugin(); }
      return count_ + item_.state.under(mutex_);`;
    expect(await body(code)).toBe('');
  });

  test('refuse to read a guarded member without its mutex', async () => {
    expect(await body('return count_;')).toContain("reading variable 'count_' requires holding");
  });

  test('refuse to read one while the lock is released', async () => {
    const code = `
      const aisopod::MutexLock lock(mutex_);
      const aisopod::MutexUnlock unlocked(mutex_);
      return count_;`;
    expect(await body(code)).toContain("reading variable 'count_' requires holding");
  });

  test('refuse to call a function that needs the lock without it', async () => {
    expect(await body('return next();')).toContain("calling function 'next' requires holding");
  });

  test('refuse to wait without the mutex', async () => {
    expect(await body('changed_.wait(mutex_); return 0;')).toContain("'wait' requires holding");
  });

  test('refuse to call a plugin with the lock held', async () => {
    const code = 'const aisopod::MutexLock lock(mutex_); call_plugin(); return 0;';
    expect(await body(code)).toContain("cannot call function 'call_plugin' while mutex 'mutex_'");
  });

  test('refuse what the mutex of another object guards without that mutex', async () => {
    expect(await body('return item_.state.under(mutex_);')).toContain("'under' requires holding");
  });

  test('refuse a lane of the core that does not lock', async () => {
    const lane = readFileSync(`${NATIVE}/core/calls/lane.cc`, 'utf8');
    expect(await complaints(command, lane)).toBe('');
    const unlocked = lane.replaceAll('const MutexLock lock(mutex_);', '');
    expect(await complaints(command, unlocked)).toContain(
      "'queue_' requires holding mutex 'mutex_'",
    );
  });
});
