import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import koffi from 'koffi';
import { describe, expect, test } from 'vitest';
import type { AisopodError } from '../../../../src/base/errors/index.js';
import { type CopyOptions, copyLibrary } from '../../../../src/loaders/native/copies/copies.js';
import { openCopy } from '../../../../src/loaders/native/copies/open-copy.js';
import {
  type OpenedLibrary,
  type OpenOptions,
  openLibrary,
} from '../../../../src/loaders/native/opening/open-library.js';
import { compileLibrary, pluginSource, temporaryFolder } from '../../../support/compile-library.js';
import { withBuild } from '../../../support/run-built.js';
import { runInChild } from '../../../support/run-in-child.js';

withBuild();

const folder = temporaryFolder();
const QUERY = { pluginId: 'sample', pluginDir: '/nowhere' };
const LIMIT = { ...QUERY, limitMs: 10_000 };
const compile = (name: string, source: string, flags: string[] = []) =>
  compileLibrary(join(folder, name), source, flags);

/** C that makes an empty file when the library is opened. */
const marking = (path: string) => `
  #include <stdio.h>
  __attribute__((constructor)) static void mark(void) {
    FILE *file = fopen("${path}", "w");
    if (file) fclose(file);
  }`;

/** C whose entry point answers a number: the minor version in the head of a descriptor. */
const answering = (number: string, before = '') => `
  #include <stdint.h>
  #include <stdlib.h>
  ${before}
  static struct { uint32_t struct_size; uint16_t abi_major, abi_minor; } desc = {8, 0, 0};
  void *aisopod_plugin_v1(void *query) {
    desc.abi_minor = (uint16_t)${number};
    return &desc;
  }`;

const answerOf = ({ descriptor }: OpenedLibrary): number => koffi.decode(descriptor, 6, 'uint16_t');

async function refusal(path: string, options: OpenOptions = LIMIT): Promise<AisopodError> {
  return openLibrary(path, options).then(
    () => Promise.reject(new Error('the library was opened')),
    (error) => error,
  );
}

describe('opening a library', () => {
  test('runs its constructors and finds its entry point', async () => {
    const mark = join(folder, 'opened.mark');
    const opened = await openLibrary(
      compile('good.so', pluginSource({ extra: marking(mark) })),
      LIMIT,
    );
    expect(existsSync(mark)).toBe(true);
    expect(opened.descriptor).toBeTypeOf('bigint');
  });

  test('lets the event loop go on while a constructor sleeps', async () => {
    const extra = `#include <unistd.h>
      __attribute__((constructor)) static void nap(void) { usleep(300000); }`;
    const path = compile('sleepy.so', pluginSource({ extra }));
    let turns = 0;
    let open = true;
    const count = () => {
      turns++;
      if (open) setImmediate(count);
    };
    setImmediate(count);
    await openLibrary(path, LIMIT);
    open = false;
    expect(turns).toBeGreaterThan(10);
  });

  test('gives constructors the stack of an ordinary thread', async () => {
    const extra = `#include <string.h>
      __attribute__((constructor)) static void deep(void) {
        volatile char big[4 * 1024 * 1024];
        memset((char *)big, 1, sizeof(big));
      }`;
    const opened = await openLibrary(compile('deep.so', pluginSource({ extra })), LIMIT);
    expect(opened.descriptor).not.toBeNull();
  });

  test('happens one at a time, in the order asked for', async () => {
    const extra = (n: number) => `#include <unistd.h>
      #include <stdlib.h>
      #include <stdio.h>
      __attribute__((constructor)) static void order(void) {
        char text[64];
        const char *seen = getenv("AISOPOD_TEST_ORDER");
        snprintf(text, sizeof text, "%s${n}", seen ? seen : "");
        usleep(20000);
        setenv("AISOPOD_TEST_ORDER", text, 1);
      }`;
    const paths = [1, 2, 3].map((n) => compile(`order${n}.so`, pluginSource({ extra: extra(n) })));
    const read = compile('order-read.so', answering('atoi(getenv("AISOPOD_TEST_ORDER"))'));
    const all = [...paths, read].map((path) => openLibrary(path, LIMIT));
    expect((await Promise.all(all)).map(answerOf).at(-1)).toBe(123);
  });

  test('gives an older path the older code after a new one was opened', async () => {
    const entry = (n: number) => answering(String(n));
    const options = { copiesDir: join(folder, 'copies'), generation: 1 };
    const first = await copyLibrary(compile('reload.so', entry(1)), options);
    const second = await copyLibrary(compile('reload.so', entry(2)), options);
    const opened = [await openLibrary(first.path, LIMIT), await openLibrary(second.path, LIMIT)];
    expect(opened.map(answerOf)).toEqual([1, 2]);
    expect(answerOf(await openLibrary(first.path, LIMIT))).toBe(1);
  });
});

describe('several libraries that are asked for together', () => {
  /** C whose constructor waits until a file is there. */
  const waiting = (flag: string) => `#include <unistd.h>
    __attribute__((constructor)) static void wait(void) {
      while (access("${flag}", F_OK) != 0) usleep(1000);
    }`;

  test('are each told when they are open, while another is still being opened', async () => {
    const flag = join(folder, 'together.flag');
    const quick = compile('quick.so', pluginSource());
    const slow = compile('slow.so', pluginSource({ extra: waiting(flag) }));
    const after = compile('after-slow.so', pluginSource());
    const [first, ...others] = [quick, slow, after].map((path) => openLibrary(path, LIMIT));
    expect((await first)?.descriptor).not.toBeNull();
    writeFileSync(flag, '');
    for (const each of await Promise.all(others)) expect(each.descriptor).not.toBeNull();
  });

  test.skipIf(process.platform === 'win32')(
    'report each that changes the process, and that one alone',
    async () => {
      const ignoring = (signal: string) => `#include <signal.h>
        __attribute__((constructor)) static void ignore(void) { signal(${signal}, SIG_IGN); }`;
      const paths = [
        compile('calm.so', pluginSource()),
        compile('rude-1.so', pluginSource({ extra: ignoring('SIGUSR2') })),
        compile('rude-2.so', pluginSource({ extra: ignoring('SIGHUP') })),
        compile('calm-2.so', pluginSource()),
      ];
      // In a process of its own, which they spoil.
      const { stdout, stderr } = await runInChild(
        `
        const { openLibrary } = await load('loaders/native/opening/open-library.ts');
        const told = [];
        const open = (path, i) => openLibrary(path, {
          ...args.query,
          limitMs: 60000,
          onChange: (_, before, after) => {
            const lines = new Set(before.split('\\n'));
            told.push([i, after.split('\\n').filter((line) => !lines.has(line))]);
          },
        }).then((library) => library.descriptor !== null);
        console.log(JSON.stringify([await Promise.all(args.paths.map(open)), told]));
        `,
        { paths, query: QUERY },
      );
      expect(stderr).toBe('');
      expect(JSON.parse(stdout)).toEqual([
        [true, true, true, true],
        [
          [1, ['SIGUSR2 ignored']],
          [2, ['SIGHUP ignored']],
        ],
      ]);
    },
  );
});

describe('a library that cannot be opened', () => {
  test('is refused with the library that it needs, before it runs', async () => {
    const mark = join(folder, 'missing.mark');
    const needed = compile('libgone.so', 'int gone(void) { return 1; }');
    const source = pluginSource({
      extra: `${marking(mark)}\nint gone(void); int use(void) { return gone(); }`,
    });
    const path = compile('needs.so', source, ['-L', folder, '-lgone']);
    rmSync(needed);
    const copy = await copyLibrary(path, { copiesDir: join(folder, 'copies'), generation: 1 });
    const error = await refusal(copy.path, { ...LIMIT, original: join(folder, 'needs.so') });
    expect(error.code).toBe('LIBRARY_DEPENDENCY');
    expect(error.message).toContain('needs.so needs the library');
    expect(error.message).toContain('libgone.so');
    expect(existsSync(mark)).toBe(false);
  });

  test('is refused with the symbol that nobody has, before it runs', async () => {
    const mark = join(folder, 'undefined.mark');
    const extra = `${marking(mark)}\nint nowhere(void); int use(void) { return nowhere(); }`;
    const error = await refusal(compile('undefined.so', pluginSource({ extra })));
    expect(error.code).toBe('LIBRARY_OPEN');
    expect(error.details).toMatchObject({ symbol: 'nowhere' });
    expect(existsSync(mark)).toBe(false);
  });

  test('is refused with the words of the system when it is not there', async () => {
    const error = await refusal(join(folder, 'not-there.so'));
    expect(error.code).toBe('LIBRARY_OPEN');
    expect(error.message).toContain('cannot open shared object file');
  });

  test('does not hold up the next one', async () => {
    const bad = refusal(join(folder, 'not-there-either.so'));
    const good = openLibrary(compile('next.so', pluginSource()), LIMIT);
    expect((await bad).code).toBe('LIBRARY_OPEN');
    expect((await good).descriptor).not.toBeNull();
  });

  test('is refused without the entry point', async () => {
    const error = await refusal(compile('no-entry.so', 'int x(void) { return 1; }'));
    expect(error.code).toBe('LIBRARY_NO_ENTRY');
  });
});

describe('libraries that plugins bring along', () => {
  /** A plugin whose entry answers what its own libclash-<name>.so answers. */
  async function bringing(name: string, plugin: string, answer: number) {
    const at = join(folder, plugin);
    compileLibrary(join(at, `lib${name}.so`), `long helper(void) { return ${answer}; }`);
    const source = answering('helper()', 'long helper(void);');
    const flags = ['-L', at, `-l${name}`, '-Wl,-rpath,$ORIGIN'];
    const entry = compileLibrary(join(at, 'plugin.so'), source, flags);
    const options: CopyOptions = { copiesDir: join(folder, 'copies'), generation: 1 };
    return (await openCopy(entry, () => options, { ...LIMIT, original: entry })).library;
  }

  test('are found from the copy', async () => {
    expect(answerOf(await bringing('found', 'found', 5))).toBe(5);
  });

  test('may be the same in two plugins', async () => {
    await bringing('same', 'same-1', 6);
    expect(answerOf(await bringing('same', 'same-2', 6))).toBe(6);
  });

  test('are refused when the loader would take another one of that name', async () => {
    await bringing('clash', 'clash-1', 7);
    const error = await bringing('clash', 'clash-2', 8).catch((reason) => reason);
    expect(error.code).toBe('LIBRARY_CLASH');
    expect(error.message).toContain(join(folder, 'clash-1', 'plugin.so'));
    expect(error.message).toContain('libclash.so');
  });
});

describe('libraries that plugins bring along under a name that is open already', () => {
  /** A plugin with a library of its own under the name of one that Node.js has opened. */
  async function bringingSystem(plugin: string, extra: string) {
    const at = join(folder, plugin);
    const own = compileLibrary(join(at, 'libm.so.6'), `int ${extra}(void) { return 1; }`, [
      '-Wl,-soname,libm.so.6',
    ]);
    const flags = ['-Wl,--no-as-needed', own, '-Wl,-rpath,$ORIGIN'];
    const entry = compileLibrary(join(at, 'plugin.so'), pluginSource({ id: plugin }), flags);
    const options: CopyOptions = { copiesDir: join(folder, 'copies'), generation: 1 };
    return openCopy(entry, () => options, { ...LIMIT, original: entry });
  }

  test.runIf(process.platform === 'linux')('are not opened, and so clash with none', async () => {
    const { copy } = await bringingSystem('system-1', 'one');
    expect(copy.siblings).toMatchObject([{ name: 'libm.so.6', file: 'libm.so.6' }]);
    const maps = readFileSync('/proc/self/maps', 'utf8');
    expect(maps).toContain(copy.path);
    expect(maps).not.toContain(join(dirname(copy.path), 'libm.so.6'));
    await expect(bringingSystem('system-2', 'two')).resolves.toBeDefined();
  });
});

describe('a constructor that does not return in time', () => {
  const stuck = `#include <unistd.h>
    __attribute__((constructor)) static void never(void) { for (;;) pause(); }`;

  test('is given up, and nothing else can be opened', async () => {
    const paths = {
      before: compile('before.so', pluginSource()),
      slow: compile('never.so', pluginSource({ extra: stuck })),
      good: compile('after.so', pluginSource({ extra: marking(join(folder, 'after.mark')) })),
    };
    const code = `
      const { bridge } = await load('loaders/native/process/bridge.ts');
      const { openLibrary } = await load('loaders/native/opening/open-library.ts');
      const attempt = (path, limitMs) =>
        openLibrary(path, { ...args.query, limitMs }).then(() => 'open', (error) => error.code);
      const answers = await Promise.all([
        attempt(args.before, 60000),
        attempt(args.slow, 50),
        attempt(args.good, 60000),
      ]);
      answers.push(await attempt(args.good, 60000), bridge().stuckOpening());
      console.log(JSON.stringify(answers));
      process.kill(process.pid, 'SIGKILL');
    `;
    const { stdout, stderr } = await runInChild(code, { ...paths, query: QUERY });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual([
      'open',
      'LIBRARY_SLOW',
      'LOADER_STUCK',
      'LOADER_STUCK',
      paths.slow,
    ]);
    expect(existsSync(join(folder, 'after.mark'))).toBe(false);
  });

  test('lets others be opened again once it has returned', async () => {
    const flag = join(folder, 'go-on');
    const extra = `#include <unistd.h>
      __attribute__((constructor)) static void wait(void) {
        while (access("${flag}", F_OK) != 0) usleep(1000);
      }`;
    const paths = {
      slow: compile('late.so', pluginSource({ extra })),
      good: compile('later.so', pluginSource()),
      flag,
    };
    const code = `
      import { writeFileSync } from 'node:fs';
      const { openLibrary } = await load('loaders/native/opening/open-library.ts');
      const attempt = (path, limitMs) =>
        openLibrary(path, { ...args.query, limitMs }).then(() => 'open', (error) => error.code);
      const answers = [await attempt(args.slow, 50), await attempt(args.good, 60000)];
      writeFileSync(args.flag, '');
      let last;
      do {
        await new Promise(setImmediate);
        last = await attempt(args.good, 60000);
      } while (last === 'LOADER_STUCK');
      answers.push(last, await attempt(args.slow, 60000));
      console.log(JSON.stringify(answers));
    `;
    const { stdout, stderr, code: status } = await runInChild(code, { ...paths, query: QUERY });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual(['LIBRARY_SLOW', 'LOADER_STUCK', 'open', 'open']);
    expect(status).toBe(0);
  });

  test('is not held against a library that was open in time while the event loop was busy', async () => {
    const path = compile('busy.so', pluginSource());
    const opening = openLibrary(path, { ...QUERY, limitMs: 20 });
    await new Promise((resolve) => setImmediate(resolve));
    const until = performance.now() + 200;
    while (performance.now() < until);
    expect((await opening).descriptor).not.toBeNull();
  });
});
