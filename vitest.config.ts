import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Native code runs in the tests' own processes: a crash then takes one file with it.
    pool: 'forks',
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
