import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makePlugin } from '../support/plugin-folder.js';
import { cli, cliInProcess, homeWith, pluginsOf } from './run-cli.js';
import { writePlugin } from './write-plugin.js';

test('plugins list prints one line of tab-separated fields for each plugin in a pipe', async () => {
  const home = homeWith('calculator', 'ticker');
  const { code, stdout, stderr } = await cli(['plugins', 'list'], { home });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toBe(
    `calculator\t1.0.0\tactive\tnative\tcalculate\t${pluginsOf(home)}/calculator\t-\n` +
      `ticker\t1.0.0\tactive\tnative\ttick,slow\t${pluginsOf(home)}/ticker\t-\n`,
  );
});

test('plugin is another word for plugins', async () => {
  const home = homeWith('calculator');
  const { stdout } = await cliInProcess(['plugin', 'list'], { home });
  expect(stdout).toMatch(/^calculator\t/);
});

test('tools list prints plugin, name and description in a pipe', async () => {
  const { stdout } = await cliInProcess(['tools', 'list'], { home: homeWith('calculator') });
  expect(stdout).toBe('calculator\tcalculate\tWork out an arithmetic expression\n');
});

test('tools list says which plugin runs without a tool, and where the reason stands', async () => {
  const home = homeWith();
  makePlugin(pluginsOf(home), { id: 'odd', source: 'lifecycle.c' });
  const spec = '{"description":"d","parameters":{"type":"str"}}';
  writeFileSync(
    join(home, '.aisopod', 'config.toml'),
    `[[plugins.odd.add]]\nname = "left-out"\nspec = '${spec}'\n`,
  );
  const { code, stdout, stderr } = await cliInProcess(['tools', 'list'], { home });
  expect([code, stdout.match(/^odd\t\S+/gm)]).toEqual([0, ['odd\tping', 'odd\tabout']]);
  expect(stderr).toContain(
    'Plugin odd runs without 1 of its tools. Show why with: aisopod plugins inspect odd',
  );
  const shown = await cliInProcess(['plugins', 'inspect', 'odd'], { home });
  expect(shown.stdout).toMatch(/^Capabilities\ttools\tleft-out \(left out: see the warnings\)$/m);
  expect(shown.stdout).toMatch(/^Warnings\tSCHEMA_INVALID\t.*"left-out".*write "string" /m);
});

test('tools list --json prints the parameters and hints of each tool', async () => {
  const { stdout } = await cliInProcess(['tools', 'list', '--json'], {
    home: homeWith('calculator'),
  });
  const { tools } = JSON.parse(stdout);
  expect(Object.keys(tools[0])).toEqual(['plugin', 'name', 'description', 'parameters', 'hints']);
  expect(tools[0]).toMatchObject({
    plugin: 'calculator',
    name: 'calculate',
    parameters: { type: 'object', required: ['expression'] },
    hints: { readOnly: true },
  });
});

test('without plugins the list is empty, and standard error says where they belong', async () => {
  const { code, stdout, stderr } = await cliInProcess(['plugins', 'list']);
  expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
  expect(stderr).toMatch(/\.aisopod\/plugins$/m);
});

test('a warning about a plugin goes to standard error, and nowhere with --json', async () => {
  const args = ['plugins', 'list', '--plugin', writePlugin({ id: 'odd', manifest: '' })];
  const plain = await cliInProcess(args);
  expect(plain.stdout).toMatch(/^odd\t1\.0\.0\tactive\t/);
  expect(plain.stderr).toMatch(/^warning: odd: .*tools:run/);
  expect((await cliInProcess([...args, '--json'])).stderr).toBe('');
});

test('--strict makes a plugin that differs from its manifest a failure', async () => {
  const plugin = writePlugin({ id: 'odd', manifest: '' });
  const { code, stdout } = await cliInProcess([
    'plugins',
    'list',
    '--strict',
    '--json',
    '--plugin',
    plugin,
  ]);
  expect(code).toBe(1);
  expect(JSON.parse(stdout).error).toMatchObject({ code: 'CAPABILITY_MISMATCH' });
});

test('the log of a plugin goes to standard error: warnings, with --verbose all of it', async () => {
  const log = (level: string, text: string) =>
    `aisopod_log(host, AISOPOD_LOG_${level}, "${text}");`;
  const plugin = writePlugin({
    id: 'talker',
    create: log('WARN', 'careful') + log('INFO', 'hello'),
  });
  const args = ['tools', 'list', '--plugin', plugin];
  const quiet = await cliInProcess(args);
  expect(quiet.stderr).toMatch(/^talker: warn: careful$/m);
  expect(quiet.stderr).not.toMatch(/hello/);
  expect((await cliInProcess([...args, '--verbose'])).stderr).toMatch(/^talker: info: hello$/m);
});

test('a line of the log of a plugin ends with its fields, and says nothing of the call', async () => {
  const plugin = writePlugin({
    id: 'talker',
    handler: `
      static const char fields[] = "{\\"tries\\":3,\\"phase\\":\\"\\u00fc\\",\\"plugin\\":\\"x\\"}";
      aisopod_log_record record = AISOPOD_INIT(aisopod_log_record);
      record.level = AISOPOD_LOG_ERROR;
      record.message = "gave up";
      record.message_len = AISOPOD_NTS;
      record.fields = fields;
      record.fields_len = sizeof fields - 1;
      (void)host->log(host, &record);`,
  });
  const { stderr } = await cliInProcess(['tools', 'call', 'run', '--plugin', plugin]);
  expect(stderr).toBe('talker: error: gave up {"tries":3,"phase":"ü"}\n');
});
