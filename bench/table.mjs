import { events } from './rows/events.mjs';
import { flood } from './rows/flood.mjs';
import { hookHookable, hookObserve, hookTransform } from './rows/hooks.mjs';
import { idleMemory, idleThreads } from './rows/idle.mjs';
import { inline } from './rows/inline.mjs';
import { open } from './rows/open.mjs';
import { lookUpMany, openMany } from './rows/registrations.mjs';
import { openManyNative } from './rows/registrations-native.mjs';
import { reload } from './rows/reload.mjs';
import { start, startDormant } from './rows/start.mjs';
import { version } from './rows/version.mjs';
import { worker } from './rows/worker.mjs';

/**
 * The rows of the benchmark. `budget` is the largest allowed ratio of our time to theirs; a row
 * without one is there to be seen. `goalMs`: the largest time that ours should take; `goal`: the most
 * that it should be, in the `unit` of the row, which is nanoseconds unless it says another.
 */
export const ROWS = [
  { name: 'inline call, 100 B', against: 'koffi call', budget: 1.3, run: () => inline(100) },
  { name: 'inline call, 10 kB', against: 'koffi call', run: () => inline(10_000) },
  { name: 'inline call, 1 MB', against: 'koffi call', run: () => inline(1_000_000) },
  { name: 'worker call, 100 B', against: 'AsyncWorker', budget: 1, run: () => worker(100, 1) },
  { name: 'worker call, 8 in flight', against: 'AsyncWorker', run: () => worker(100, 8) },
  {
    name: 'worker call, 64 in flight',
    against: 'AsyncWorker',
    budget: 0.35,
    run: () => worker(100, 64),
  },
  { name: 'worker call, 10 kB', against: 'AsyncWorker', run: () => worker(10_000, 1) },
  { name: 'worker call, 1 MB', against: 'AsyncWorker', run: () => worker(1_000_000, 1) },
  { name: 'event to 10 in JavaScript', against: 'emit()', run: () => events('js') },
  { name: 'event to 1 in C', against: 'emit()', run: () => events('c') },
  { name: 'event loop in a flood', against: 'idle, at p99', goalMs: 20, run: () => flood() },
  { name: 'open 100 plugins', against: 'dlopen + dlsym', budget: 5, run: () => open() },
  {
    name: 'memory of an idle plugin',
    against: 'dlopen + dlsym',
    unit: 'bytes',
    budget: 2.5,
    run: () => idleMemory(),
  },
  {
    name: 'threads of an idle plugin',
    against: 'nothing',
    unit: 'threads',
    goal: 1,
    run: () => idleThreads(1),
  },
  { name: 'wait in a reload, longest', against: 'dlopen to init', run: () => reload() },
  { name: 'open 100 x 100 tools', against: 'a tenth, x 10', budget: 2, run: () => openMany(false) },
  {
    name: 'open them, names clash',
    against: 'a tenth, x 10',
    budget: 2,
    run: () => openMany(true),
  },
  { name: 'open them, in C', against: 'a tenth, x 10', budget: 2, run: () => openManyNative() },
  { name: 'list and find them', against: 'a tenth, x 10', budget: 2, run: () => lookUpMany() },
  { name: 'find 1000 plugins', against: 'readFileSync', budget: 8, run: () => start() },
  {
    name: 'find 1000 plugins, snapshot',
    against: 'readFileSync',
    budget: 3,
    run: () => start({ snapshot: true }),
  },
  {
    name: 'start 1000 plugins, dormant',
    against: 'readFileSync',
    budget: 2,
    run: () => startDormant(),
  },
  { name: 'hook with 10 taps', against: 'tapable', budget: 2, run: () => hookObserve() },
  { name: 'hook with 10 changes', against: 'tapable', budget: 2, run: () => hookTransform() },
  { name: 'hook with 10 taps', against: 'hookable', run: () => hookHookable() },
  { name: 'aisopod --version', against: 'node -e 0', budget: 1.5, run: () => version() },
];
