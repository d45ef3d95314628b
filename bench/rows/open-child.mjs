// One run of rows/open.mjs: `host` opens all plugins of a home, `bare` opens the same files.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import koffi from 'koffi';
import { openEcho } from '../echo-host.mjs';

const [arm, home] = process.argv.slice(2);

if (arm === 'host') {
  const { PluginHost } = await import('../../dist/index.js');
  // Modules and the addon are loaded once in a process, by the first native plugin.
  const first = await openEcho();
  await first.close();
  const host = await timed(() => PluginHost.open({ home, env: {}, strict: true }));
  if (host.tools.list().length !== 200) throw new Error('not all plugins were opened');
  await host.close();
} else {
  const images = join(home, 'cache', 'images');
  const hashes = readdirSync(images).filter((each) => !each.startsWith('.'));
  const files = hashes.map((each) => join(images, each, '0', 'bench-echo.so'));
  const libc = koffi.load(null);
  const dlopen = libc.func('void *dlopen(const char *, int)');
  const dlsym = libc.func('void *dlsym(void *, const char *)');
  await timed(() => {
    for (const file of files) {
      if (dlsym(dlopen(file, 2), 'aisopod_plugin_v1') === null) throw new Error(file);
    }
  });
}

/** Prints the nanoseconds that `body` took. */
async function timed(body) {
  const begun = process.hrtime.bigint();
  const result = await body();
  process.stdout.write(String(process.hrtime.bigint() - begun));
  return result;
}
