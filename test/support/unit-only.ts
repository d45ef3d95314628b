import { vi } from 'vitest';

/**
 * Set up for `npm run test:unit`: a file that starts a process or needs the addon fails there, so that
 * the tier stays what it is. Such a file is named in test/support/unit-files.ts.
 */
process.env.AISOPOD_ADDON = '/not/in/a/unit/test.node';

vi.mock('node:child_process', () => {
  const refuse = () => {
    throw new Error('A unit test starts no process: name its file in test/support/unit-files.ts.');
  };
  const names = ['exec', 'execFile', 'execFileSync', 'execSync', 'fork', 'spawn', 'spawnSync'];
  return Object.fromEntries(names.map((name) => [name, refuse]));
});
