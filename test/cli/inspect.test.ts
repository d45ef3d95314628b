import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { settled } from '../support/settled.js';
import { cliInProcess, homeWith, pluginsOf } from './run-cli.js';
import { writePlugin } from './write-plugin.js';

const home = homeWith('calculator', 'file-search');
const inspect = (id: string, ...args: string[]) =>
  cliInProcess(['plugins', 'inspect', id, ...args], { home });
/** A chosen plugin starts, however old its files are. */
const inspectStarted = (id: string, ...args: string[]) => inspect(id, '--only', id, ...args);

describe('plugins inspect', () => {
  test('prints a line for each fact in a pipe', async () => {
    const { code, stdout } = await inspectStarted('calculator');
    expect(code).toBe(0);
    for (const line of [
      'Plugin\tid\tcalculator',
      'State\tstate\tactive',
      `Files\tfolder\t${pluginsOf(home)}/calculator`,
      'Capabilities\ttools\tcalculate (listed, registered)',
      'Permissions\tdeclared\tnone',
      'Library\tabi\t1.0',
      'Tool calculator:calculate\tdescription\tWork out an arithmetic expression',
    ]) {
      expect(stdout.split('\n')).toContain(line);
    }
    expect(stdout).toMatch(/^Tool calculator:calculate\t\.expression\tstring, required: /m);
    expect(stdout).toMatch(/^Timings\topen\t[\d.]+ ms$/m);
  });

  test('shows through which phases a plugin went, when, and what asked for it', async () => {
    await inspect('calculator'); // what it registers is kept from now on
    const { stdout } = await inspect('calculator');
    const at = '\\d{4}-\\d\\d-\\d\\dT[\\d:.]{12}Z';
    for (const step of ['discovered to validated (discover)', 'validated to registered (start)']) {
      const text = step.replace(/[()]/g, '\\$&');
      expect(stdout).toMatch(RegExp(`^History\\t${at}\\t${text}$`, 'm'));
    }
  });

  test('shows the code of the error that a plugin failed with in its history', async () => {
    const plugin = writePlugin({ id: 'lost', manifest: '[dependencies]\nmissing = "*"' });
    const { stdout } = await inspect('lost', '--plugin', plugin);
    expect(stdout).toMatch(/^History\t.*to failed_dependency \(start, DEPENDENCY_MISSING\)$/m);
    const { stdout: json } = await inspect('lost', '--plugin', plugin, '--json');
    expect(JSON.parse(json).plugin.history.at(-1)).toMatchObject({
      from: 'validated',
      to: 'failed_dependency',
      cause: 'start',
      reason: { code: 'DEPENDENCY_MISSING' },
    });
  });

  test('says that nobody enforces the permissions of a plugin in process', async () => {
    const { stdout } = await inspect('file-search');
    expect(stdout).toMatch(/^Permissions\tfilesystem\.read\t\/$/m);
    expect(stdout).toMatch(/^Permissions\tenforced by\tnone /m);
  });

  test('--json prints the plugin as the host knows it, with its tools', async () => {
    const { plugin, tools, enforcedBy } = JSON.parse(
      (await inspectStarted('calculator', '--json')).stdout,
    );
    expect(plugin).toMatchObject({
      id: 'calculator',
      state: 'active',
      library: { abi: '1.0' },
      manifest: { plugin: { license: 'MIT' } },
      warnings: [],
    });
    expect(tools).toMatchObject([{ fullName: 'calculator:calculate' }]);
    expect(enforcedBy).toBe('none');
  });

  test('names the nearest id for one that is not there', async () => {
    const { code, stdout, stderr } = await inspect('calculater');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(
      /Did you mean "calculator"\? List the available plugins with: aisopod plugins list/,
    );
  });

  test('gives the reason of a folder of that name whose manifest names no plugin', async () => {
    mkdirSync(join(pluginsOf(home), 'nameless'), { mode: 0o755 });
    writeFileSync(join(pluginsOf(home), 'nameless', 'aisopod.plugin.toml'), 'what = is = this');
    const { code, stderr } = await inspect('nameless');
    expect(code).toBe(1);
    expect(stderr).toMatch(/nameless\/aisopod\.plugin\.toml:1:.*\(PLUGIN_NOT_FOUND\)/);
  });

  test('marks what was registered without being listed, and the reverse', async () => {
    const manifest = '[capabilities]\ntools = ["walk"]\ncommands = ["go"]';
    const plugin = writePlugin({ id: 'odd', manifest });
    const { stdout } = await inspect('odd', '--plugin', plugin);
    expect(stdout).toMatch(/^Capabilities\ttools\twalk \(listed, not registered\)$/m);
    expect(stdout).toMatch(/^Capabilities\ttools\trun \(registered, not listed\)$/m);
    expect(stdout).toMatch(/^Warnings\tCAPABILITY_MISMATCH\t/m);
  });

  test('does not show the default of a secret', async () => {
    const schema = `
[capabilities]
tools = ["run"]
[config.properties.key]
type = "string"
secret = true
default = "hunter2"
[config.properties.size]
type = "integer"
default = 3`;
    const plugin = writePlugin({ id: 'keeper', manifest: schema });
    const { stdout, stderr } = await inspect('keeper', '--plugin', plugin);
    expect(stdout + stderr).not.toMatch(/hunter2/);
    expect(stdout).toMatch(/^Configuration\tkey\t\[secret\] \(default\)$/m);
    expect(stdout).toMatch(/^Configuration\tsize\t3 \(default\)$/m);
  });
});

describe('plugins inspect of a plugin that has started before', () => {
  test('says that it is dormant, and opens nothing', async () => {
    const old = homeWith('calculator');
    const folder = join(pluginsOf(old), 'calculator');
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    await settled(folder, ...names.map((name) => join(folder, name)));
    await cliInProcess(['plugins', 'list'], { home: old });
    const { code, stdout } = await cliInProcess(['plugins', 'inspect', 'calculator'], {
      home: old,
    });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^State\tstate\tregistered \(dormant\)$/m);
    expect(stdout).toMatch(/^Capabilities\ttools\tcalculate \(listed, registered\)$/m);
    expect(stdout).not.toMatch(/^(?:Library|Timings)\t/m);
  });
});
