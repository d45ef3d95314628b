// A home with many plugins that are alike but for their names.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BUILT } from '../paths.mjs';

/** A home with that number of plugins. Their libraries differ, as those of different authors do. */
export function makeHome(home, first, count) {
  const from = `${BUILT}/plugins/bench-echo`;
  const library = readFileSync(`${from}/bench-echo.so`);
  for (let i = first; i < first + count; i++) {
    const name = namesOf(i)['bench-echo'];
    const plugin = join(home, 'plugins', name);
    mkdirSync(plugin, { recursive: true });
    cpSync(from, plugin, { recursive: true });
    const bytes = Buffer.from(library);
    let manifest = readFileSync(`${from}/aisopod.plugin.toml`, 'utf8');
    for (const [theirs, own] of Object.entries(namesOf(i))) {
      bytes.write(own, library.indexOf(`${theirs}\0`), 'latin1');
      manifest = manifest.replace(`"${theirs}"`, `"${own}"`);
    }
    writeFileSync(join(plugin, 'bench-echo.so'), bytes);
    writeFileSync(join(plugin, 'aisopod.plugin.toml'), manifest);
  }
  return home;
}

/** The names of one of them, as long as those that they replace. */
function namesOf(i) {
  const number = String(i).padStart(3, '0');
  return {
    'bench-echo': `bench-e${number}`,
    echo_inline: `echo_in_${number}`,
    echo_worker: `echo_wk_${number}`,
  };
}
