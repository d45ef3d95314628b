import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { ALL } from './vitest.config.js';

const ROOT = fileURLToPath(new URL('.', import.meta.url));
const SRC = join(ROOT, 'src/');

// npm run coverage: the tests import what was built of src instead of src itself, and Node.js loads it,
// so that V8 counts the same files in the tests and in the processes that they start.
export default defineConfig({
  plugins: [
    {
      name: 'built-instead-of-source',
      enforce: 'pre',
      resolveId(id, importer) {
        if (importer === undefined || !id.startsWith('.')) return null;
        const path = resolve(dirname(importer.split('?')[0] ?? ''), id);
        if (!path.startsWith(SRC)) return null;
        const built = join(ROOT, 'dist', path.slice(SRC.length).replace(/\.ts$/, '.js'));
        return existsSync(built) ? { id: built, external: true } : null;
      },
    },
  ],
  test: {
    ...ALL, // each file runs in a process of its own, whose counts Node.js writes
    include: ['test/**/*.test.ts'],
    setupFiles: [...ALL.setupFiles, 'test/support/take-coverage.ts'],
    // What is kept leads to src.
    experimental: { fsModuleCache: false },
  },
});
