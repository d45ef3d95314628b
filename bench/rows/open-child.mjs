// One run of rows/open.mjs: `host` opens all plugins of a home, `bare` opens the same files. Before
// that, each does the same with another home.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import koffi from 'koffi';

const [arm, warm, home] = process.argv.slice(2);

if (arm === 'host') {
  const { PluginHost } = await import('../../dist/index.js');
  const open = (from) => PluginHost.open({ home: from, env: {}, strict: true });
  await (await open(warm)).close();
  const host = await timed(() => open(home));
  if (host.tools.list().length !== 200) throw new Error('not all plugins were opened');
  await host.close();
} else {
  const libc = koffi.load(null);
  const dlopen = libc.func('void *dlopen(const char *, int)');
  const dlsym = libc.func('void *dlsym(void *, const char *)');
  const open = (files) => {
    for (const file of files) {
      if (dlsym(dlopen(file, 2), 'aisopod_plugin_v1') === null) throw new Error(file);
    }
  };
  open(copiesIn(warm));
  const files = copiesIn(home);
  await timed(() => open(files));
}

/** The private copies of a home's libraries. */
function copiesIn(from) {
  const copies = join(from, 'cache', 'copies');
  const hashes = readdirSync(copies).filter((each) => !each.startsWith('.'));
  return hashes.map((each) => join(copies, each, '0', 'bench-echo.so'));
}

/** Prints the nanoseconds that `body` took. */
async function timed(body) {
  // What V8 has begun to compile while modules were loaded comes to its end first.
  await new Promise((resolve) => setTimeout(resolve, 200));
  const begun = process.hrtime.bigint();
  const result = await body();
  process.stdout.write(String(process.hrtime.bigint() - begun));
  return result;
}
