// One run of rows/idle.mjs: `host` opens all plugins of a home, `bare` opens the same files, and what
// the process has more of then is printed. Before that, each does the same with another home.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import koffi from 'koffi';

const [arm, warm, home] = process.argv.slice(2);
let open;

if (arm === 'host') {
  const { PluginHost } = await import('../../dist/index.js');
  open = (from) => PluginHost.open({ home: from, env: {}, strict: true });
} else {
  const libc = koffi.load(null);
  const dlopen = libc.func('void *dlopen(const char *, int)');
  const dlsym = libc.func('void *dlsym(void *, const char *)');
  open = (from) => {
    for (const file of copiesIn(from)) {
      if (dlsym(dlopen(file, 2), 'aisopod_plugin_v1') === null) throw new Error(file);
    }
  };
}

const first = await open(warm);
const before = await look();
const host = await open(home);
const after = await look();
if (arm === 'host' && host.tools.list().length !== 400) throw new Error('not all were opened');
const more = { rss: after.rss - before.rss, threads: after.threads - before.threads };
process.stdout.write(JSON.stringify(more));
await first?.close();
await host?.close();

/** What the process has, once garbage is collected and the threads that opened have ended. */
async function look() {
  for (let i = 0; i < 4; i++) {
    global.gc();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const status = readFileSync('/proc/self/status', 'utf8');
  const number = (name) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1]);
  return { rss: number('VmRSS') * 1024, threads: number('Threads') };
}

/** The private copies of a home's libraries. */
function copiesIn(from) {
  const copies = join(from, 'cache', 'copies');
  const hashes = readdirSync(copies).filter((each) => !each.startsWith('.'));
  return hashes.map((each) => join(copies, each, '0', 'bench-echo.so'));
}
