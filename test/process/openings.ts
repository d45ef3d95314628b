import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { makeHome, newFolder } from '../host/open-host.js';
import { compileLibrary } from '../support/compile-library.js';
import type { TestPlugin } from '../support/plugin-folder.js';

/** A plugin of test/plugins/process/opening.c; its id is also its name there. */
export function opening(id: string, ...flags: string[]): TestPlugin {
  return { id, source: 'process/opening.c', flags };
}

/** A home with one plugin whose constructor never returns and leaves a mark when it has begun. */
export function homeThatHangs(openMs = 200) {
  const mark = join(newFolder(), 'begun');
  const hangs = opening('hangs', '-DHANGS_IN_CONSTRUCTOR', `-DMARK="${mark}"`);
  return { ...makeHome({ plugins: [hangs] }), limits: { openMs }, mark };
}

/** A plugin whose constructor leaves a mark and returns once the file `gate` is there. */
export function gated() {
  const at = newFolder();
  const [mark, gate] = [join(at, 'mark'), join(at, 'gate')];
  return { plugin: opening('gated', `-DMARK="${mark}"`, `-DGATE="${gate}"`), mark, gate };
}

/** A home with one plugin that brings a libhelper.so, which answers a number. */
export function homeWithHelper(id: string, answer: number) {
  const at = newFolder();
  const helper = join(at, 'libhelper.so');
  compileLibrary(helper, `int helper_answer(void) { return ${answer}; }`);
  const flags = ['-DBRINGS_HELPER', '-L', at, '-lhelper', '-Wl,-rpath,$ORIGIN'];
  const options = makeHome({ plugins: [opening(id, ...flags)] });
  cpSync(helper, join(options.home, 'plugins', id, 'libhelper.so'));
  return options;
}

/**
 * JavaScript for runBuilt(): start(code, args) runs a Worker with PluginHost, args and `report` at hand,
 * `reported(worker)` resolves with what that was given first; `exists(file)` resolves when it is there.
 */
export const WORKERS = `
  import { once } from 'node:events';
  import { existsSync } from 'node:fs';
  import { Worker } from 'node:worker_threads';
  const start = (code, args) => new Worker(new URL('data:text/javascript,' + encodeURIComponent(
    'import { parentPort } from "node:worker_threads";' +
    'import { PluginHost } from ' + JSON.stringify(DIST) + ';' +
    'const report = (value) => parentPort.postMessage(value);' +
    'const codeOf = (host) => host.plugins.list().map(({ error }) => error?.code ?? "active").join();' +
    'const args = ' + JSON.stringify(args) + ';' + code)));
  const reported = async (worker) => (await once(worker, 'message'))[0];
  const exists = async (file) => {
    while (!existsSync(file)) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  const codeOf = (host) => host.plugins.list().map(({ error }) => error?.code ?? 'active').join();
`;
