import { cpSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { put } from '../packages/discovery/plugins-directory.js';
import { builtPlugin } from '../support/built.js';
import { cliInProcess as cli, homeWith, pluginsOf } from './run-cli.js';

// Folders with names that would break a line, steer a terminal, or look like an option.
const BAD = ['a\nb', 'c\td', 'e\x1b[31mf', 'g\u202eh', '-rf', 'i j'];

let home: string;
beforeAll(() => {
  home = homeWith();
  const plugins = pluginsOf(home);
  // Good, but for its name.
  cpSync(builtPlugin('calculator'), join(plugins, 'calc\nulator'), { recursive: true });
  for (const name of BAD) {
    put(
      plugins,
      `${name}/aisopod.plugin.toml`,
      `[plugin]\nid = "p${BAD.indexOf(name)}"\nversion = "1.0.0"\nentry = "lib.so"\n`,
    );
    put(plugins, `${name}/lib.so`, 'no library');
    put(plugins, `no manifest ${name}/README`, '');
    put(plugins, `bare ${name}.so`, '');
    symlinkSync('/does/not/exist', join(plugins, `gone ${name}`));
  }
});
const COUNT = 1 + 4 * BAD.length;

/** What would steer a terminal. */
const STEERING = /[\p{Cc}\u202e]/u;
const linesOf = (text: string) => text.split('\n').slice(0, -1);

describe('whatever folders are called', () => {
  test('plugins list prints one line for each in a pipe', async () => {
    const { stdout, stderr } = await cli(['plugins', 'list'], { home });
    const lines = linesOf(stdout);
    expect(lines).toHaveLength(COUNT);
    for (const line of lines) {
      expect(line.split('\t')).toHaveLength(7);
      expect(line.replaceAll('\t', '')).not.toMatch(STEERING);
    }
    expect(stdout).toMatch(/^calculator\t1\.0\.0\tactive\tnative\tcalculate\t/m);
    for (const line of linesOf(stderr)) expect(line).not.toMatch(STEERING);
  });

  test('plugins doctor prints one line for each step', async () => {
    const { code, stdout } = await cli(['plugins', 'doctor'], { home });
    expect(code).toBe(1);
    for (const line of linesOf(stdout)) {
      expect(line.split('\t')).toHaveLength(4);
      expect(line.replaceAll('\t', '')).not.toMatch(STEERING);
    }
    expect(stdout.match(/\tfound\t/g)).toHaveLength(COUNT);
  });

  test('and --json has the names as they are', async () => {
    const { stdout } = await cli(['plugins', 'list', '--json'], { home });
    const { plugins } = JSON.parse(stdout);
    expect(linesOf(stdout)).toHaveLength(1);
    const paths = plugins.map(({ path }: { path: string }) => path);
    for (const name of BAD) expect(paths).toContain(join(pluginsOf(home), name));
  });

  test('what the log says of them is a line each', async () => {
    const { stderr } = await cli(['tools', 'list', '--verbose'], { home });
    for (const line of linesOf(stderr)) {
      expect(line).toMatch(/^(.+: )?(error|warn|warning|info|debug|trace): /);
      expect(line).not.toMatch(STEERING);
    }
    expect(stderr).toContain('a b: error: ');
  });
});
