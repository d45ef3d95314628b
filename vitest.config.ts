import { availableParallelism } from 'node:os';
import { defineConfig, type TestUserConfig } from 'vitest/config';
import { OTHER_FILES, UNIT_FILES } from './test/support/unit-files.js';

/**
 * Files without native code share the threads that they run in, and so the modules of src: most of their
 * time would go into loading them again.
 */
export const TOGETHER = { pool: 'threads', isolate: false } satisfies TestUserConfig;

/** What all tests have in common. */
export const ALL = {
  // Native code runs in the tests' own processes: a crash then takes one file with it.
  pool: 'forks',
  // The default leaves one core alone, which on two cores runs one file at a time.
  maxWorkers: availableParallelism(),
  testTimeout: 60_000,
  hookTimeout: 120_000,
  setupFiles: ['test/support/remove-folder.ts'],
  experimental: { fsModuleCache: true },
} satisfies TestUserConfig;

export default defineConfig({
  test: {
    ...ALL,
    projects: [
      { extends: true, test: { name: 'alone', include: OTHER_FILES } },
      { extends: true, test: { name: 'together', include: UNIT_FILES, ...TOGETHER } },
    ],
  },
});
