import { describe, expect, test } from 'vitest';
import { listen, openHost } from '../../host/open-host.js';
import { cmds } from './cmds.js';

const open = () => openHost({ plugins: [cmds()] });

/** Runs `say`: all but the last are chunks, the last is the reply. */
async function say(...json: string[]) {
  const host = await open();
  return host.commands.run('say', { args: json });
}

describe('what a command writes', () => {
  test('is gathered, to either stream, as it is', async () => {
    const chunks = [
      '"a"',
      '{"stdout":"b\\n"}',
      '{"stderr":"c"}',
      '{"stdout":"d","stderr":"e"}',
      '""',
    ];
    expect(await say(...chunks, 'null')).toMatchObject({
      exitCode: 0,
      stdout: 'ab\nd',
      stderr: 'ce',
    });
  });

  test('is handed on as it comes, one after the other', async () => {
    const host = await open();
    const seen: string[] = [];
    let busy = false;
    const result = await host.commands.run('say', {
      args: ['"a"', '{"stdout":"b","stderr":"c"}', '"d"', '"last"'],
      onOutput: async (stream, text) => {
        expect(busy).toBe(false);
        busy = true;
        await new Promise((resolve) => setImmediate(resolve));
        seen.push(`${stream} ${text}`);
        busy = false;
      },
    });
    expect(seen).toEqual(['stdout a', 'stdout b', 'stderr c', 'stdout d', 'stdout last\n']);
    expect(result).toMatchObject({ stdout: '', stderr: '' });
  });

  test('comes while the command runs, and the plugin waits for a slow reader', async () => {
    const host = await open();
    const ears = listen(host);
    const controller = new AbortController();
    let read = 0;
    const run = host.commands.run('yes', {
      args: ['more'],
      signal: controller.signal,
      onOutput: async (_, text) => {
        expect(text).toBe('more\n');
        if (++read === 200) controller.abort();
      },
    });
    await expect(run).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
    expect(await ears.next('stopped')).toMatchObject({ name: 'yes' });
    expect(read).toBe(200);
  });

  test('ends the run when its reader throws', async () => {
    const host = await open();
    const oops = new Error('no room');
    const onOutput = () => {
      throw oops;
    };
    await expect(host.commands.run('yes', { onOutput })).rejects.toBe(oops);
    await expect(host.commands.run('say', { args: ['"x"'], onOutput })).rejects.toBe(oops);
  });

  test('ends the run when more than 16 MiB of it would be gathered', async () => {
    const host = await open();
    const ears = listen(host);
    const args = ['x'.repeat(4000)];
    await expect(host.commands.run('yes', { args })).rejects.toMatchObject({
      code: 'PAYLOAD_TOO_LARGE',
      details: { limit: 16 * 1024 * 1024 },
    });
    await ears.next('stopped');
  });
});

describe('a reply', () => {
  test.each([
    ['null', { exitCode: 0, stdout: '' }],
    ['""', { exitCode: 0, stdout: '' }],
    ['"done"', { exitCode: 0, stdout: 'done\n' }],
    ['"done\\n"', { exitCode: 0, stdout: 'done\n' }],
    ['{}', { exitCode: 0, stdout: '' }],
    ['{"exitCode":255,"output":"x"}', { exitCode: 255, stdout: 'x\n' }],
    ['{"data":null,"more":1}', { exitCode: 0, data: null }],
    ['{"data":[1],"exitCode":0}', { exitCode: 0, data: [1] }],
  ])('of %s', async (json, expected) => {
    const host = await open();
    for (const command of ['say', 'say-inline']) {
      expect(await host.commands.run(command, { args: [json] })).toMatchObject(expected);
    }
  });

  test.each([
    '5',
    'true',
    '[]',
    '{"exitCode":256}',
    '{"exitCode":-1}',
    '{"exitCode":1.5}',
    '{"exitCode":"1"}',
    '{"exitCode":null}',
    '{"output":5}',
  ])('of %s is refused', async (json) => {
    await expect(say(json)).rejects.toMatchObject({
      code: 'REPLY_REFUSED',
      details: { command: 'cmds:say' },
    });
  });

  test('that is no JSON is an error of the plugin', async () => {
    expect(await say('{')).toMatchObject({ exitCode: 1, error: { code: 'REPLY_REFUSED' } });
  });
});

test.each([
  '5',
  'null',
  '[]',
  '{}',
  '{"stdout":5}',
  '{"stdout":"a","stderr":null}',
  '{"text":"a"}',
])('a chunk of %s ends the run', async (json) => {
  await expect(say(json, 'null')).rejects.toMatchObject({ code: 'REPLY_REFUSED' });
});
