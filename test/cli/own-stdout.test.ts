import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../support/compile-library.js';
import { cli, shell } from './run-cli.js';
import { writePlugin } from './write-plugin.js';

/** A plugin that prints wherever it can. */
function loudPlugin(): string {
  return writePlugin({
    id: 'loud',
    extra: `
      __attribute__((constructor)) static void opened(void) { printf("constructor\\n"); fflush(stdout); }
      static void *loop(void *p) { (void)p; for (;;) { printf("thread\\n"); fflush(stdout); usleep(200); } return NULL; }`,
    create: `
      printf("create\\n"); fflush(stdout);
      pthread_t thread; pthread_create(&thread, NULL, loop, NULL); pthread_detach(thread);`,
    handler: `
      printf("handler\\n"); fflush(stdout);
      if (system("echo child") != 0) return AISOPOD_E_FAIL;
      for (int i = 0; i < 50; i++) {
        (void)aisopod_chunk(host, call->token, "1", 1, -1);
        printf("between\\n"); fflush(stdout);
      }
      printf("never flushed by the plugin");`,
  });
}

// Each C runtime of Windows has descriptors of its own.
describe.skipIf(process.platform === 'win32')('standard output belongs to the host', () => {
  const loud = loudPlugin();
  const result = {
    success: true,
    data: 'done',
    output: 'done',
    metadata: { plugin: 'loud', version: '1.0.0', tool: 'run' },
  };

  test('while a plugin prints from everywhere, and that goes to standard error', async () => {
    const args = ['tools', 'call', 'run', '--plugin', loud, '--json', '--stream'];
    const { code, stdout, stderr } = await cli(args);
    expect(code).toBe(0);
    expect(stdout).toBe(`${'{"chunk":1}\n'.repeat(50)}${JSON.stringify(result)}\n`);
    for (const word of [
      'constructor',
      'create',
      'handler',
      'thread',
      'child',
      'between',
      'never',
    ]) {
      expect(stderr).toContain(word);
    }
  });

  test('when it is a file that has been written to before', async () => {
    const file = join(temporaryFolder(), 'out');
    writeFileSync(file, 'before\n');
    const { stdout } = await shell(
      `{ $AISOPOD tools call run --plugin '${loud}'; echo after; } >> '${file}' 2>/dev/null; cat '${file}'`,
    );
    expect(stdout).toBe('before\ndone\nafter\n');
  });

  test('when standard error is closed', async () => {
    const { stdout } = await shell(`$AISOPOD tools call run --plugin '${loud}' 2>&-`);
    expect(stdout).toBe('done\n');
  });

  test('and no program that a plugin starts keeps it open', async () => {
    const folder = writePlugin({
      id: 'spawner',
      handler: 'if (system("sleep 1000 >/dev/null & echo $!")) return AISOPOD_E_FAIL;',
    });
    // `cat` sees the end of its input only when nobody holds the pipe any more.
    const { stdout, stderr } = await shell(`$AISOPOD tools call run --plugin '${folder}' | cat`);
    process.kill(Number(stderr));
    expect(stdout).toBe('done\n');
  });
});
