import { defineConfig } from 'vitest/config';

// npm run test:package, which packs what these files install.
export default defineConfig({
  test: {
    include: ['test/package/*.check.ts'],
    pool: 'forks',
    testTimeout: 120_000,
    hookTimeout: 180_000,
    setupFiles: ['test/support/remove-folder.ts'],
  },
});
