import { expect, test } from 'vitest';
import { put } from '../packages/discovery/plugins-directory.js';
import { cli, homeWith, pluginsOf } from './run-cli.js';

/** A home with plugins that nothing opens; p5 is needed by p1. */
function homeOf(amount: number): string {
  const home = homeWith();
  for (let i = 0; i < amount; i++) {
    const needs = i === 1 ? '[dependencies]\np5 = "*"\n' : '';
    const manifest = `[plugin]\nid = "p${i}"\nversion = "1.0.0"\nentry = "lib.so"\n${needs}`;
    put(pluginsOf(home), `p${i}/aisopod.plugin.toml`, manifest);
    put(pluginsOf(home), `p${i}/lib.so`, 'no library');
  }
  return home;
}

/** Bisects a program that fails when `condition`, over the set `only`, holds. */
const bisect = (home: string, condition: string, ...options: string[]) =>
  cli(
    [
      ...['plugins', 'bisect', ...options, '--', process.execPath, '-e'],
      `const only = new Set(process.env.AISOPOD_ONLY.split(',')); process.exit(${condition} ? 3 : 0)`,
    ],
    { home },
  );

test('plugins bisect finds the plugin that breaks a command, by halves', async () => {
  const home = homeOf(8);
  const { code, stdout, stderr } = await bisect(home, "only.has('p6')");
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'p6\n' });
  expect(stderr.match(/^Run /gm)?.length).toBeLessThanOrEqual(5);
  expect(stderr).toMatch(/^Run 1, with 8 plugins: it fails\.$/m);
});

test('plugins bisect never runs a plugin without those that it needs', async () => {
  const home = homeOf(8);
  const { stdout } = await bisect(home, "only.has('p1') && !only.has('p5') || only.has('p7')");
  expect(stdout).toBe('p7\n');
});

test('plugins bisect says when the command fails without plugins, too', async () => {
  const home = homeOf(3);
  const plain = await bisect(home, 'true');
  expect(plain).toMatchObject({ code: 1, stdout: '' });
  expect(plain.stderr).toContain('It fails without plugins, too.');
  const { stdout } = await bisect(home, 'true', '--json');
  expect(JSON.parse(stdout)).toEqual({ plugin: null, runs: expect.any(Number) });
});

test('plugins bisect refuses a command that works with all plugins', async () => {
  const { code, stderr } = await bisect(homeOf(3), 'false');
  expect(code).toBe(2);
  expect(stderr).toContain('It works with all plugins');
});

test('plugins bisect refuses what it cannot try', async () => {
  const home = homeOf(2);
  const missing = await cli(['plugins', 'bisect', '--', '/no/such/program'], { home });
  expect(missing).toMatchObject({ code: 2, stdout: '' });
  expect(missing.stderr).toContain('"/no/such/program" cannot be started');
  const silent = await cli(['plugins', 'bisect'], { home });
  expect(silent).toMatchObject({ code: 2, stdout: '' });
  expect(silent.stderr).toContain('Questions need a terminal');
  const empty = await cli(['plugins', 'bisect', '--', 'true'], { home: homeWith() });
  expect(empty.stderr).toContain('There are no plugins to try.');
});
