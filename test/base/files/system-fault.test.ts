import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { systemFault } from '../../../src/base/files/index.js';
import { temporaryFolder } from '../../support/compile-library.js';
import { withBuild } from '../../support/run-built.js';

withBuild();

const DIST = pathToFileURL(
  fileURLToPath(new URL('../../../dist/base/files/index.js', import.meta.url)),
).href;
const asRoot = process.getuid?.() === 0;
const failure = (code: string) => Object.assign(new Error(`${code}: x`), { code });

test.each([
  ['ENOSPC', /disk is full/, /Free some space.*--home DIR/],
  ['EDQUOT', /quota/, /Free some space/],
  ['EROFS', /read-only/, /another home.*--home DIR.*AISOPOD_PLUGIN_PATHS/],
  ['EMFILE', /too many files open/, /ulimit -n/],
  ['ENFILE', /too many files open/, /ulimit -n/],
  ['EIO', /disk/, /log of the system/],
])('%s has its own reason and advice', (code, reason, advice) => {
  const fault = systemFault('/h/config.toml', failure(code), 'write');
  expect(fault.errno).toBe(code);
  expect(fault.reason).toMatch(new RegExp(`^${code}: `));
  expect(fault.reason).toMatch(reason);
  expect(fault.advice).toMatch(advice);
});

test('an error that is not one of the system keeps its message', () => {
  const fault = systemFault('/h/x', new Error('no'), 'read');
  expect(fault).toMatchObject({ errno: null, reason: 'no' });
});

/** What the user sees whose id is given; only root can become another user. */
function faultOf(path: string, access: 'read' | 'write', uid: number): [string, string] {
  const program = `
    import { systemFault } from ${JSON.stringify(DIST)};
    const cause = Object.assign(new Error('no'), { code: 'EACCES' });
    const { reason, advice } = systemFault(${JSON.stringify(path)}, cause, '${access}');
    console.log(JSON.stringify([reason, advice]));
  `;
  const printed = execFileSync(process.execPath, ['--input-type=module', '-e', program], {
    encoding: 'utf8',
    cwd: '/',
    ...(asRoot && { uid, gid: uid }),
  });
  return JSON.parse(printed);
}

describe.runIf(asRoot)('with files of several users', () => {
  const user = 1000;
  const ofUser = () => {
    const folder = temporaryFolder();
    chmodSync(folder, 0o755);
    const home = join(folder, 'ada');
    mkdirSync(home);
    chownSync(home, user, user);
    return home;
  };

  test('a folder of root in the directory of the user is named, with chown', () => {
    const root = join(ofUser(), '.aisopod');
    mkdirSync(root, { mode: 0o700 });
    writeFileSync(join(root, 'config.toml'), '');
    const [reason, advice] = faultOf(join(root, 'config.toml'), 'read', user);
    expect(reason).toBe(`EACCES: ${root} belongs to user 0 (mode 0700), not to you (user ${user})`);
    expect(advice).toContain(`sudo chown -R ${user} ${root}`);
  });

  test('a file of root in the home of the user is named, with chown', () => {
    const file = join(ofUser(), 'config.toml');
    writeFileSync(file, '', { mode: 0o600 });
    const [reason, advice] = faultOf(file, 'read', user);
    expect(reason).toContain(`${file} belongs to user 0`);
    expect(advice).toContain(`sudo chown -R ${user} ${file}`);
  });

  test('the home directory of another user is never to be taken over', () => {
    const home = ofUser();
    chmodSync(home, 0o700);
    const [reason, advice] = faultOf(join(home, '.aisopod', 'config.toml'), 'read', 1001);
    expect(reason).toContain(`${home} belongs to user ${user}`);
    expect(advice).not.toContain('chown');
    expect(advice).toContain('--home DIR');
  });

  test('a private folder of root is not taken for one of the user', () => {
    const folder = join(ofUser(), 'data');
    mkdirSync(folder, { mode: 0o700 });
    const program = `
      import { makePrivateFolder } from ${JSON.stringify(DIST)};
      try { makePrivateFolder(${JSON.stringify(folder)}) } catch ({ code }) { console.log(code) }
    `;
    const args = ['--input-type=module', '-e', program];
    const options = { encoding: 'utf8', cwd: '/', uid: user, gid: user } as const;
    expect(execFileSync(process.execPath, args, options)).toBe('EACCES\n');
  });

  test('a file to be written is refused by its folder', () => {
    const home = ofUser();
    const folder = join(home, 'x');
    mkdirSync(folder, { mode: 0o755 });
    const [reason, advice] = faultOf(join(folder, 'config.toml'), 'write', user);
    expect(reason).toContain(`${folder} belongs to user 0 (mode 0755)`);
    expect(advice).toContain(`sudo chown -R ${user} ${folder}`);
  });
});

describe.skipIf(asRoot || process.platform === 'win32')('with files of this user', () => {
  test.each([
    ['read', 0o000, 'u+rX'],
    ['write', 0o500, 'u+rwX'],
  ] as const)(
    'a folder whose mode refuses to %s has the chmod that mends it',
    (access, mode, right) => {
      const folder = join(temporaryFolder(), 'closed');
      mkdirSync(folder);
      chmodSync(folder, mode);
      const { reason, advice } = systemFault(join(folder, 'x'), failure('EACCES'), access);
      chmodSync(folder, 0o700);
      expect(reason).toContain(`the mode of ${folder} is `);
      expect(advice).toContain(`chmod ${right} ${folder}`);
    },
  );
});
