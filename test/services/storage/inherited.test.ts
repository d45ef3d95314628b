import { execFileSync } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { expect, test } from 'vitest';
import { newHome, openStorage } from './open-storage.js';

test.skipIf(process.platform !== 'linux')(
  'a child process inherits no file of the storage',
  async () => {
    const home = newHome();
    await openStorage(home).of('notes').set('key', 1);
    const descriptors = execFileSync('ls', ['-l', '/proc/self/fd'], { encoding: 'utf8' });
    expect(descriptors).toContain('/proc/');
    expect(descriptors).not.toContain(realpathSync(home));
  },
);
