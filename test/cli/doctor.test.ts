import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { processName } from '../../src/base/files/index.js';
import { builtPlugin } from '../support/built.js';
import { temporaryFolder } from '../support/compile-library.js';
import { cli, homeWith, pluginsOf } from './run-cli.js';
import { writePlugin } from './write-plugin.js';

const doctor = (home: string, ...args: string[]) => cli(['plugins', 'doctor', ...args], { home });

describe('plugins doctor', () => {
  test('follows a plugin from its folder to its tools', async () => {
    const { code, stdout } = await doctor(homeWith('ticker'));
    expect(code).toBe(0);
    const steps = stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t').slice(0, 3));
    expect(steps).toEqual([
      ['ticker', 'ok', 'found'],
      ['ticker', 'ok', 'checked'],
      ['ticker', 'ok', 'opened'],
      ['ticker', 'ok', 'registered'],
      ['ticker', 'ok', 'started'],
    ]);
    expect(stdout).toMatch(/\tfound\t\/.*\/ticker \(home\)$/m);
    expect(stdout).toMatch(/\tchecked\tmanifest, .*; entry \/.*\/ticker\.so$/m);
    expect(stdout).toMatch(/\topened\telf .*, ABI 1\.0, as \/.*\/cache\/copies\/.*, [\d.]+ ms$/m);
    expect(stdout).toMatch(/\tregistered\ttools tick, slow, [\d.]+ ms$/m);
    expect(stdout).toMatch(/\tstarted\tactive, [\d.]+ ms$/m);
  });

  test.each([
    ['wordcount', 'command wordcount'],
    ['guard', 'hook BeforeToolExecute'],
  ])('says what %s registered, which has no tools', async (id, registered) => {
    const { stdout } = await doctor(homeWith(id));
    expect(stdout).toMatch(new RegExp(`\tregistered\t${registered}, [\\d.]+ ms$`, 'm'));
  });

  test.each([
    ['names a running process that holds more than 100 copies for reloads', 101, true],
    ['does not name one that holds 100', 100, false],
  ])('%s', async (_, copies, named) => {
    const home = homeWith();
    const cache = join(home, '.aisopod', 'cache', 'copies');
    const keys = Array.from({ length: copies }, (_, i) => `${'a'.repeat(64)}/${i + 1}`);
    for (const key of keys) {
      mkdirSync(join(cache, key), { recursive: true, mode: 0o700 });
      writeFileSync(join(cache, key, 'plugin.so'), '12345');
    }
    mkdirSync(join(cache, '.users'), { mode: 0o700 });
    writeFileSync(join(cache, '.users', processName()), keys.map((key) => `${key}\n`).join(''));
    const { setUp } = JSON.parse((await doctor(home, '--json')).stdout);
    const held = { pid: process.pid, copies, bytes: 5 * copies };
    expect(setUp).toMatchObject(named ? [{ code: 'COPIES_HELD', details: held }] : []);
    if (named) expect((await doctor(home)).stdout).toContain(`\tCOPIES_HELD\tProcess ${held.pid} `);
  });

  test('--json has what was opened, from where, and how long each lifecycle function took', async () => {
    const home = homeWith('ticker');
    const { plugins } = JSON.parse((await doctor(home, '--json')).stdout);
    const time = expect.any(Number);
    expect(plugins).toEqual([
      expect.objectContaining({
        id: 'ticker',
        version: '1.0.0',
        path: join(pluginsOf(home), 'ticker'),
        verdict: 'ok',
        state: 'active',
        tools: ['tick', 'slow'],
        warnings: [],
        error: null,
        library: expect.objectContaining({
          opened: expect.stringContaining(join(home, '.aisopod', 'cache', 'copies')),
          format: 'elf',
          abi: '1.0',
        }),
        timings: { open: time, create: time, register: time, init: time },
      }),
    ]);
  });

  test('is content without plugins', async () => {
    expect(await doctor(temporaryFolder())).toMatchObject({ code: 0, stdout: '' });
  });

  test('ends with 1 when a plugin failed, at the step where it did', async () => {
    const home = homeWith('calculator');
    writePlugin({ id: 'unwell', under: pluginsOf(home), create: 'return AISOPOD_E_DENIED;' });
    mkdirSync(join(pluginsOf(home), 'nameless'), { mode: 0o755 });
    writeFileSync(join(pluginsOf(home), 'nameless', 'aisopod.plugin.toml'), '[plugin');
    const { code, stdout } = await doctor(home, '--json');
    const { failed, plugins } = JSON.parse(stdout);
    expect({ code, failed }).toEqual({ code: 1, failed: 2 });
    const ends = plugins.map((plugin: { id: string; verdict: string; checks: object[] }) => [
      plugin.id,
      plugin.verdict,
      plugin.checks.at(-1),
    ]);
    expect(ends).toEqual([
      ['calculator', 'ok', expect.objectContaining({ step: 'started', ok: true })],
      [null, 'failed', expect.objectContaining({ step: 'checked', ok: false })],
      [
        'unwell',
        'failed',
        { step: 'registered', ok: false, text: expect.stringMatching(/^CREATE_FAILED: /) },
      ],
    ]);
  });

  test('ends although a library never finishes opening, and shows the others', async () => {
    const home = homeWith('calculator');
    writeFileSync(
      join(home, '.aisopod', 'config.toml'),
      '[plugins.settings.limits]\nopen_ms = 300\n',
    );
    const extra = '__attribute__((constructor)) static void hang(void) { for (;;) sleep(60); }';
    writePlugin({ id: 'hanging', under: pluginsOf(home), extra });
    const { code, stdout } = await doctor(home, '--json');
    const { plugins } = JSON.parse(stdout);
    const verdicts = plugins.map(({ id, verdict }: { id: string; verdict: string }) => [
      id,
      verdict,
    ]);
    expect({ code, verdicts }).toEqual({
      code: 1,
      verdicts: [
        ['calculator', 'ok'],
        ['hanging', 'failed'],
      ],
    });
    expect(stdout).toContain('LIBRARY_SLOW');
  });

  test('finds nothing wrong with a plugin whose place another copy takes', async () => {
    const home = homeWith('calculator');
    const copy = join(temporaryFolder(), 'copy');
    cpSync(builtPlugin('calculator'), copy, { recursive: true });
    const { code, stdout } = await doctor(home, '--plugin', copy);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^calculator\taside\tchecked\tSHADOWED: /m);
  });

  test('finds nothing wrong with a plugin that is switched off', async () => {
    const home = homeWith('calculator');
    const config = '[plugins.settings.calculator]\nenabled = false\n';
    writeFileSync(join(home, '.aisopod', 'config.toml'), config);
    const { code, stdout } = await doctor(home);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^calculator\taside\tchecked\tswitched off in \/.*\/config\.toml:\d+$/m);
  });

  test('shows what is odd, and with --strict every plugin that is', async () => {
    const home = homeWith('calculator');
    writePlugin({ id: 'odd', under: pluginsOf(home), manifest: '' });
    const mild = await doctor(home);
    expect(mild.code).toBe(0);
    expect(mild.stdout).toMatch(/^odd\twarning\tCAPABILITY_MISMATCH\t/m);
    const strict = await doctor(home, '--strict');
    expect(strict.code).toBe(1);
    expect(strict.stdout).toMatch(/^calculator\tok\tstarted\t/m);
    expect(strict.stdout).toMatch(/^odd\tfailed\tregistered\tCAPABILITY_MISMATCH: /m);
  });

  test('reports what config.toml says in vain, and fails on a broken one', async () => {
    const home = homeWith('calculator');
    const file = join(home, '.aisopod', 'config.toml');
    writeFileSync(file, '[plugins.settings]\nstrickt = true\n');
    expect((await doctor(home)).stderr).toMatch(/^warning: .*config\.toml:2:1: .*strickt/);
    writeFileSync(file, '[plugins.settings]\nstrict = 3\n');
    const { code, stdout } = await doctor(home, '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout).error).toMatchObject({ code: 'CONFIG_INVALID' });
  });

  test('warns of search paths and of configuration that lead nowhere, and does not fail', async () => {
    const home = homeWith('calculator');
    const file = join(home, '.aisopod', 'config.toml');
    writeFileSync(file, '[plugins.calculater]\na = 1\n[plugins.settings]\npaths = ["/nowhere"]\n');
    const { code, stdout, stderr } = await doctor(home);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^-\twarning\tSEARCH_PATH_MISSING\t\/nowhere, /m);
    expect(stdout).toMatch(
      /^-\twarning\tCONFIG_UNUSED\t.*:1:10: plugins\.calculater .*"calculator"/m,
    );
    expect(stderr).toBe('');
    const { setUp, failed } = JSON.parse((await doctor(home, '--json')).stdout);
    expect(failed).toBe(0);
    expect(setUp.map((warning: { code: string }) => warning.code)).toEqual([
      'SEARCH_PATH_MISSING',
      'CONFIG_UNUSED',
    ]);
  });
});
