import { describe, expect, test } from 'vitest';
import { openHost } from '../host/open-host.js';
import type { TestPlugin } from '../support/plugin-folder.js';

const cmds: TestPlugin = { id: 'cmds', source: 'commands.c' };

describe('a command', () => {
  test('is told its arguments and standard input, and replies data', async () => {
    const host = await openHost({ plugins: [cmds] });
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
  });
});
