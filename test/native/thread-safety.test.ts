import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { CLANGS, skipPart } from '../abi/toolchain.js';
import { checkKey, keepOutput, outputOf } from '../support/check-cache.js';
import { hashOfHeaders } from '../support/compile-key.js';

const NATIVE = fileURLToPath(new URL('../../native', import.meta.url));
const FLAGS = ['-std=c++17', '-fsyntax-only', '-Wthread-safety', '-Werror'];

const MUTEX = '#include "core/threads/mutex.h"\n';

const COUNTER = `
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

/** Returns what clang reports about a translation unit; '' if it accepts it. */
async function complaints(clang: string, source: string): Promise<string> {
  const args = [...FLAGS, `-I${NATIVE}`, `-I${NATIVE}/include`, '-x', 'c++', '-'];
  const key = checkKey(clang, args, `${source}${hashOfHeaders([NATIVE])}`);
  if (outputOf(key) !== undefined) return '';
  const { accepted, stderr } = await new Promise<{ accepted: boolean; stderr: string }>(
    (resolve) => {
      const child = execFile(clang, args, (error, _stdout, stderr) =>
        resolve({ accepted: error === null, stderr }),
      );
      child.stdin?.end(source);
    },
  );
  if (accepted && stderr === '') keepOutput(key, '');
  return stderr;
}

/** Bodies of Counter::read() that clang must refuse. */
const REFUSED = {
  unlocked: 'return count_;',
  released: `
    const aisopod::MutexLock lock(mutex_);
    const aisopod::MutexUnlock unlocked(mutex_);
    return count_;`,
  requires: 'return next();',
  waits: 'changed_.wait(mutex_); return 0;',
  calls: 'const aisopod::MutexLock lock(mutex_); call_plugin(); return 0;',
  other: 'return item_.state.under(mutex_);',
};

/** One translation unit with all of them, since most of the time goes into the headers. */
const REFUSED_UNIT = Object.entries(REFUSED)
  .map(([name, body]) => `namespace ${name} {\n#line 1 "${name}"\n${COUNTER}${body}\n}\n}\n`)
  .join('');

if (CLANGS.length === 0)
  skipPart('clang is not installed: thread safety of the core. Debian: apt install clang');

describe.for(CLANGS)('the annotations of mutex.h with $name', ({ command }) => {
  /** What clang reports about one of the refused bodies, each in lines that begin with its name. */
  let refused: string[];
  const about = (name: keyof typeof REFUSED) =>
    refused.filter((line) => line.startsWith(`${name}:`)).join('\n');

  beforeAll(async () => {
    refused = (await complaints(command, `${MUTEX}${REFUSED_UNIT}`)).split('\n');
  });

  test('allow what is done with the mutex held', async () => {
    const code = `
      const aisopod::MutexLock lock(mutex_);
      while (next() < 2) changed_.wait(mutex_);
      { const aisopod::MutexUnlock unlocked(mutex_); call_plugin(); }
      return count_ + item_.state.under(mutex_);`;
    expect(await complaints(command, `${MUTEX}${COUNTER}${code}\n}\n`)).toBe('');
  });

  test('refuse to read a guarded member without its mutex', () => {
    expect(about('unlocked')).toContain("reading variable 'count_' requires holding");
  });

  test('refuse to read one while the lock is released', () => {
    expect(about('released')).toContain("reading variable 'count_' requires holding");
  });

  test('refuse to call a function that needs the lock without it', () => {
    expect(about('requires')).toContain("calling function 'next' requires holding");
  });

  test('refuse to wait without the mutex', () => {
    expect(about('waits')).toContain("'wait' requires holding");
  });

  test('refuse to call a plugin with the lock held', () => {
    expect(about('calls')).toContain("cannot call function 'call_plugin' while mutex 'mutex_'");
  });

  test('refuse what the mutex of another object guards without that mutex', () => {
    expect(about('other')).toContain("'under' requires holding");
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
