import { defineConfig } from 'vitest/config';
import { UNIT_FILES } from './test/support/unit-files.js';
import { ALL, TOGETHER } from './vitest.config.js';

// npm run test:unit: what a change of the rooms is tried with while it is written.
export default defineConfig({
  test: {
    ...ALL,
    ...TOGETHER,
    include: UNIT_FILES,
    setupFiles: [...ALL.setupFiles, 'test/support/unit-only.ts'],
    testTimeout: 10_000,
  },
});
