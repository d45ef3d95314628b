import { resolve } from 'node:path';
import { BUILT_ADDON } from '../../base/addon.js';
import { buildAddon } from '../build-addon/index.js';
import type { Command } from '../command.js';
import { printJson } from '../output/json.js';

export const command: Command = {
  about: `
Compiles the native part of aisopod from the sources in the package, for machines that have no package
with it: those other than Linux x64 with glibc. It needs CMake, a C and a C++ compiler, and says which
of them is missing. It downloads nothing.

The addon is put into the folder of aisopod, where it is found from then on, before one of a package. With
a file it is put there, and the environment variable AISOPOD_ADDON has to name that file.

In a pipe: the path of the addon. With --json: {"addon":{"file"}}.`,
  examples: [
    ['aisopod build-addon', 'build it for this machine'],
    ['aisopod build-addon "$HOME/aisopod.node"', 'the folder of aisopod belongs to someone else'],
  ],
  async run({ stdout, options, env, messages }, [given]) {
    const file = given === undefined ? BUILT_ADDON : resolve(given);
    await buildAddon(file, env, (title) => messages.line(`> ${title}`));
    if (options.json) await printJson(stdout, { addon: { file } });
    else await stdout.write(`${file}\n`);
    return 0;
  },
};
