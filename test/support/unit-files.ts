import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const TESTS = fileURLToPath(new URL('..', import.meta.url));

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

/**
 * Files of these rooms that compile a library, run a host with native plugins, start a process, or look at
 * which modules or how much code is loaded.
 */
const ALONE = [
  'base/addon',
  'base/files/file-lock',
  'base/files/remove-left',
  'base/files/system-fault',
  'base/json/contract',
  'base/json/write-json',
  'base/schema/forgettable-code',
  'base/text/shell-word',
  'base/toml/read-toml',
  'config/edit',
  'config/lazy-loading',
  'config/mounted-secrets',
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
  'kinds/tools/lazy-loading',
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
  'packages/foreign/lazy-loading',
  'packages/manifest/config-schema',
  'packages/manifest/random',
  'security/auth/token-file',
  'services/events/plugins',
  'services/events/process-end',
];

/** All test files, by path from the root. */
const ALL = readdirSync(TESTS, { recursive: true, encoding: 'utf8' })
  .map((name) => name.replaceAll('\\', '/'))
  .filter((name) => name.endsWith('.test.ts'));

const isUnit = (name: string) =>
  PURE.some((room) => name.startsWith(`${room}/`)) && !ALONE.includes(name.slice(0, -8));

/** The files that a process of their own is not needed for, and all others. */
export const UNIT_FILES = ALL.filter(isUnit).map((name) => `test/${name}`);
export const OTHER_FILES = ALL.filter((name) => !isUnit(name)).map((name) => `test/${name}`);
