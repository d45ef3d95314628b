import { describe, expect, test } from 'vitest';
import type { CommandRunOptions } from '../../../src/index.js';
import { schemaOf } from '../../docs/schemas.js';
import { listen, makeGate, openHost } from '../../host/open-host.js';
import { cmds } from './cmds.js';

const open = () => openHost({ plugins: [cmds()] });

describe('a command', () => {
  test('is listed with all that help needs', async () => {
    const spec = {
      description: 'Greets',
      args: [{ name: 'who' }, { name: 'how', required: false, many: true }],
      aliases: ['hi'],
      requireAuth: true,
    };
    const host = await openHost({ plugins: [cmds('a', [{ name: 'greet', spec }])] });
    expect(host.commands.get('greet')).toEqual({
      plugin: 'a',
      name: 'greet',
      fullName: 'a:greet',
      shortName: 'greet',
      description: 'Greets',
      usage: '<who> [how...]',
      args: [
        { name: 'who', required: true, many: false },
        { name: 'how', required: false, many: true },
      ],
      examples: [],
      requireAuth: true,
      stdin: false,
      aliases: ['hi'],
    });
    expect(host.commands.list().map(({ name }) => name)).toContain('greet');
  });

  test('is told its arguments and standard input, and replies data', async () => {
    const host = await open();
    const result = await host.commands.run('told', { args: ['a', 'b c'], stdin: 'in\n' });
    expect(result).toEqual({
      exitCode: 0,
      stdout: '',
      stderr: '',
      data: {
        params: { args: ['a', 'b c'], stdin: 'in\n' },
        meta: { traceId: expect.stringMatching(/^[0-9a-f]{32}$/) },
      },
      metadata: { plugin: 'cmds', version: '1.0.0', command: 'told' },
    });
    expect(schemaOf('command#invoke/params')((result.data as { params: object }).params)).toBe(
      true,
    );
    expect(schemaOf('command#result')(result)).toBe(true);
  });

  test('is told no standard input where none was given, and on whose behalf it runs', async () => {
    const host = await open();
    const context = { user: 'ada', tenant: 't', traceId: 'a'.repeat(32) };
    const { data } = await host.commands.run('told', { context });
    expect(data).toEqual({ params: { args: [] }, meta: context });
  });

  test('that answers an error has exit code 1, and keeps what it wrote', async () => {
    const host = await open();
    const result = await host.commands.run('fail');
    expect(result).toMatchObject({
      exitCode: 1,
      stdout: 'so far\n',
      error: { code: 'NOT_FOUND', message: 'nothing there', details: { at: 1 } },
    });
    expect(schemaOf('command#result')(result)).toBe(true);
  });

  test('that is not there names the nearest', async () => {
    const host = await open();
    await expect(host.commands.run('tolt')).rejects.toMatchObject({
      code: 'COMMAND_NOT_FOUND',
      details: { command: 'tolt', similar: 'told' },
    });
    await expect(host.commands.run(null as never)).rejects.toMatchObject({
      code: 'COMMAND_NOT_FOUND',
    });
  });

  test('of a plugin that is switched off, and of a host that is closed, is refused', async () => {
    const host = await open();
    await host.plugins.disable('cmds');
    await expect(host.commands.run('told')).rejects.toMatchObject({ code: 'PLUGIN_DISABLED' });
    await host.plugins.enable('cmds');
    expect((await host.commands.run('told')).exitCode).toBe(0);
    await host.close();
    await expect(host.commands.run('told')).rejects.toMatchObject({ code: 'HOST_CLOSED' });
  });
});

describe('an argument', () => {
  test('loses control characters, but for line feed and tab', async () => {
    const host = await open();
    const controls = Array.from({ length: 0xa0 }, (_, i) => String.fromCharCode(i))
      .filter((char) => /\p{Cc}/u.test(char))
      .join('');
    expect(controls).toHaveLength(65);
    const { data } = await host.commands.run('told', {
      args: [`a${controls}ä\u200d😀`, '\x1b[2J'],
    });
    expect(data).toMatchObject({ params: { args: ['a\t\nä\u200d😀', '[2J'] } });
  });

  test('is measured in UTF-8, before anything is removed', async () => {
    const host = await open();
    const fits = ['x'.repeat(4096), '\x01'.repeat(4096), 'ä'.repeat(2048)];
    const { data } = await host.commands.run('told', { args: fits });
    expect(data).toMatchObject({ params: { args: [fits[0], '', fits[2]] } });
    for (const long of ['x'.repeat(4097), '\x01'.repeat(4097), `ä${'x'.repeat(4095)}`]) {
      await expect(host.commands.run('told', { args: ['', long] })).rejects.toMatchObject({
        code: 'ARGUMENT_TOO_LARGE',
        message: expect.stringMatching(/Argument 2 .* 4097 bytes; at most 4096/),
        details: { argument: 2, size: 4097, limit: 4096 },
      });
    }
  });

  test('is checked as it is sent', async () => {
    const host = await open();
    const args = Object.assign(['a\x1b'], { map: () => ['\x1b'] });
    const { data } = await host.commands.run('told', { args });
    expect(data).toMatchObject({ params: { args: ['a'] } });
  });

  test('that is half a character is made whole', async () => {
    const host = await open();
    const { data } = await host.commands.run('told', { args: ['a\ud800b'], stdin: '\udc00' });
    expect(data).toMatchObject({ params: { args: ['a\ufffdb'], stdin: '\ufffd' } });
  });
});

describe('wrong usage of run()', () => {
  test.each<[string, object]>([
    ['args that are no list', { args: 'a' }],
    ['an argument that is no text', { args: ['a', 5] }],
    ['an argument that is null', { args: [null] }],
    ['a standard input that is no text', { stdin: Buffer.from('a') }],
    ['a timeout of 0', { timeoutMs: 0 }],
    ['a timeout that is no number', { timeoutMs: '5' }],
  ])('%s', async (_, options) => {
    const host = await open();
    const run = host.commands.run('told', options as CommandRunOptions);
    await expect(run).rejects.toMatchObject({ code: 'USAGE' });
  });

  test('a standard input for a command that reads none', async () => {
    const host = await open();
    await expect(host.commands.run('say', { stdin: '' })).rejects.toMatchObject({
      code: 'USAGE',
      details: { command: 'cmds:say', option: 'stdin' },
    });
  });
});

describe('a run', () => {
  test('ends at once when it is cancelled, and the plugin hears of it', async () => {
    const host = await open();
    const controller = new AbortController();
    const ears = listen(host);
    const run = host.commands.run('wait', { args: ['/never'], signal: controller.signal });
    await ears.next('running');
    controller.abort();
    await expect(run).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
    await expect(host.commands.run('told', { signal: controller.signal })).rejects.toMatchObject({
      code: 'CALL_CANCELLED',
    });
  });

  test('ends at its deadline', async () => {
    const host = await open();
    const run = host.commands.run('wait', { args: ['/never'], timeoutMs: 20 });
    await expect(run).rejects.toMatchObject({ code: 'CALL_DEADLINE' });
  });

  test('goes on beside another of the same command', async () => {
    const host = await open();
    const gate = makeGate();
    const ears = listen(host);
    const runs = [1, 2].map(() => host.commands.run('wait', { args: [gate.path] }));
    await ears.next('running');
    await ears.next('running');
    expect((await host.commands.run('told')).exitCode).toBe(0);
    gate.open();
    for (const { stdout } of await Promise.all(runs)) expect(stdout).toBe('waiting\nthrough\n');
  });
});
