import { join } from 'node:path';
import { expect, test } from 'vitest';
import { plugin } from '../packages/discovery/plugins-directory.js';
import { cliInProcess, homeWith, pluginsOf } from './run-cli.js';

const home = homeWith();
for (const version of ['1.0.0', '1.5.0', '2.0.0-beta.1']) {
  plugin(join(pluginsOf(home), 'calc', version), 'calc', version);
}
/** Version and state of each copy: none has a library that can be opened. */
const list = async (...args: string[]) => {
  const { stdout } = await cliInProcess(['plugins', 'list', ...args], { home });
  return stdout.split('\n').flatMap((line) => line.match(/^calc\t(\S+\t\S+)/)?.[1] ?? []);
};

test('--use chooses a version of a plugin', async () => {
  expect(await list()).toEqual(['1.0.0\tshadowed', '1.5.0\tfailed_load', '2.0.0-beta.1\tshadowed']);
  expect(await list('--use', 'calc@~1.0')).toEqual([
    '1.0.0\tfailed_load',
    '1.5.0\tshadowed',
    '2.0.0-beta.1\tshadowed',
  ]);
});

test('inspect and doctor show the chosen version, and which ones it shadows', async () => {
  const inspected = await cliInProcess(
    ['plugins', 'inspect', 'calc', '--use', 'calc@2.0.0-beta.1'],
    { home },
  );
  expect(inspected.stdout).toMatch(/^Plugin\tversion\t2\.0\.0-beta\.1$/m);
  expect(inspected.stdout.match(/^Files\tnot used\t.*\((.*)\)$/gm)).toHaveLength(2);
  const doctor = await cliInProcess(['plugins', 'doctor', '--use=calc@^1'], { home });
  expect(doctor.stdout.match(/^calc\taside\tchecked\tSHADOWED: .*$/gm)).toHaveLength(2);
});

test('a range that no version meets is an error that lists the versions', async () => {
  const { code, stdout } = await cliInProcess(['plugins', 'doctor', '--use', 'calc@^3'], { home });
  expect(code).toBe(1);
  expect(stdout).toContain(
    'pins calc at "^3", and the versions found are 1.0.0, 1.5.0, 2.0.0-beta',
  );
});

test.each([
  ['calc', '"" is not a range of versions'],
  ['calc@', '"" is not a range of versions'],
  ['calc@newest', '"newest" is not a range of versions'],
  ['@1.0.0', '"" is not the id of a plugin'],
  ['Calc@1', '"Calc" is not the id of a plugin'],
])('--use %s is refused', async (value, why) => {
  const { code, stderr } = await cliInProcess(['plugins', 'list', '--use', value], { home });
  expect([code, stderr]).toEqual([2, expect.stringContaining(`as in --use calc@^1.2, but ${why}`)]);
});

test('--use twice for one plugin is refused, unless both say the same', async () => {
  const twice = (second: string) =>
    cliInProcess(['plugins', 'list', '--use', 'calc@1', '--use', `calc@${second}`], { home });
  expect(await twice('2')).toMatchObject({ code: 2, stderr: /but calc@1 was given too/ });
  expect(await twice('1')).toMatchObject({ code: 0 });
});

test('--use for a plugin that is not there is refused', async () => {
  const { code, stderr } = await cliInProcess(['plugins', 'list', '--use', 'clac@1'], { home });
  expect([code, stderr]).toEqual([
    1,
    expect.stringContaining('There is no plugin named "clac". Did you mean "calc"?'),
  ]);
});

test('--host-version compares the version that --use chooses', async () => {
  const args = ['plugins', 'doctor', '--host-version', '1.0.0', '--use', 'calc@1.0.0'];
  const { stdout } = await cliInProcess(args, { home });
  expect(stdout).toMatch(/^calc\t1\.0\.0\tfits/);
});
