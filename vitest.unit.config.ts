import { defineConfig } from 'vitest/config';
import all from './vitest.config.js';

/** The rooms that need no native build and start no process, but for the files below. */
const PURE = [
  'architecture',
  'base',
  'config',
  'home',
  'instance',
  'kinds',
  'packages',
  'plugin-api',
  'registry',
  'security',
  'services/events',
];

/** Files of these rooms that compile a library, run a host with native plugins, or start a process. */
const NATIVE = [
  'base/json/contract',
  'base/json/write-json',
  'base/text/shell-word',
  'base/toml/read-toml',
  'config/edit',
  'kinds/commands/auth',
  'kinds/commands/between-plugins',
  'kinds/commands/commands',
  'kinds/commands/names',
  'kinds/commands/output',
  'kinds/commands/reserved',
  'kinds/commands/write-gate',
  'kinds/hooks/no-generated-code',
  'kinds/hooks/plugins',
  'kinds/hooks/start',
  'kinds/messages/message-middleware',
  'kinds/messages/messaging',
  'kinds/middleware/plugins',
  'kinds/published-specs',
  'kinds/tools/tool-arguments',
  'packages/binary/cross',
  'packages/binary/fuzz',
  'packages/binary/hostile',
  'packages/binary/read-library',
  'packages/binary/readelf',
  'packages/binary/slices',
  'packages/discovery/names',
  'packages/discovery/safety',
  'packages/discovery/special-files',
  'packages/manifest/config-schema',
  'packages/manifest/random',
  'security/auth/token-file',
  'services/events/plugins',
  'services/events/process-end',
];

// npm run test:unit: what a change of the rooms is tried with while it is written.
export default defineConfig({
  test: {
    ...all.test,
    include: PURE.map((room) => `test/${room}/**/*.test.ts`),
    exclude: NATIVE.map((file) => `test/${file}.test.ts`),
    setupFiles: ['test/support/unit-only.ts'],
    // Without native code a thread is as safe as a process, and starts faster.
    pool: 'threads',
    testTimeout: 10_000,
  },
});
