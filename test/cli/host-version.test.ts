import { cpSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { put } from '../packages/discovery/plugins-directory.js';
import { compileLibrary, pluginSource, temporaryFolder } from '../support/compile-library.js';
import { cli, homeWith, pluginsOf } from './run-cli.js';

const markFolder = temporaryFolder();
const mark = join(markFolder, 'mark');
const library = compileLibrary(
  join(markFolder, 'plugin.so'),
  pluginSource({
    extra: `#include <stdio.h>
    __attribute__((constructor)) static void leave(void) { fclose(fopen("${mark}", "w")); }`,
  }),
);

/** A plugin whose library would leave a mark if it were opened. */
function add(home: string, folder: string, host: string, version = '1.0.0', id = folder) {
  const dir = join(pluginsOf(home), folder);
  put(
    dir,
    'aisopod.plugin.toml',
    `[plugin]\nid = "${id}"\nversion = "${version}"\nentry = "plugin.so"\n` +
      `[compatibility]\nhost = "${host}"\n`,
  );
  cpSync(library, join(dir, 'plugin.so'));
}

const check = (home: string, version: string, ...args: string[]) =>
  cli(['plugins', 'doctor', '--host-version', version, ...args], { home });
const fitsOf = (stdout: string) =>
  stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t').slice(0, 3).join(' '));

describe('plugins doctor --host-version', () => {
  test('says of each plugin whether it would fit, and ends with 1 when one stops', async () => {
    const home = homeWith();
    add(home, 'any', '>=0.1.0');
    add(home, 'later', '>=1.0.0');
    add(home, 'never', '>=9');
    add(home, 'old', '<1.0.0');
    put(pluginsOf(home), 'broken/aisopod.plugin.toml', '[plugin');
    const { code, stdout, stderr } = await check(home, '1.2.0');
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(fitsOf(stdout)).toEqual([
      'any 1.0.0 fits',
      '- - other',
      'later 1.0.0 begins',
      'never 1.0.0 never',
      'old 1.0.0 stops',
    ]);
    expect(stdout).toMatch(
      /^old\t.*\told 1\.0\.0 needs aisopod <1\.0\.0, and this is aisopod 1\.2\.0/m,
    );
  });

  test('ends with 0 when none would stop fitting', async () => {
    const home = homeWith();
    add(home, 'any', '>=0.1.0');
    expect(await check(home, '7.0.0')).toMatchObject({ code: 0 });
    expect(await check(home, '7.0.0-rc.1')).toMatchObject({ code: 0 });
  });

  test('knows when another version of the plugin would take over', async () => {
    const home = homeWith();
    add(home, 'calc/1.0.0', '<1.0.0', '1.0.0', 'calc');
    add(home, 'calc/2.0.0', '>=1.0.0', '2.0.0', 'calc');
    const { code, stdout } = await check(home, '1.0.0');
    expect({ code, fits: fitsOf(stdout) }).toEqual({ code: 0, fits: ['calc 1.0.0 changes'] });
  });

  test('opens nothing, and makes nothing in the home', async () => {
    const home = homeWith();
    add(home, 'any', '>=0.1.0');
    await check(home, '1.0.0');
    expect(existsSync(mark)).toBe(false);
    expect(existsSync(join(home, '.aisopod', 'cache'))).toBe(false);
  });

  test('--json has the range, the fit and the reason', async () => {
    const home = homeWith();
    add(home, 'old', '<1.0.0');
    writeFileSync(join(home, '.aisopod', 'config.toml'), '[plugins.settings]\nstrickt = true\n');
    const { code, stdout, stderr } = await check(home, '1.0.0', '--json');
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({
      host: { version: expect.any(String), wanted: '1.0.0', platform: expect.any(String) },
      stops: 1,
      plugins: [
        {
          id: 'old',
          version: '1.0.0',
          path: join(pluginsOf(home), 'old'),
          host: '<1.0.0',
          fit: 'stops',
          reason: expect.stringContaining('this is aisopod 1.0.0'),
        },
      ],
    });
  });
});
