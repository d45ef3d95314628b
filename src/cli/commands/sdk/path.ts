import { fileURLToPath } from 'node:url';
import type { Command } from '../../command.js';
import { printJson } from '../../output/json.js';

// The same from src/cli/commands/sdk and from dist/cli/commands/sdk.
const SDK = fileURLToPath(new URL('../../../../native', import.meta.url));

export const command: Command = {
  about: `
Prints the folder with what a plugin is built with: include/aisopod/plugin.h, and cmake/ for
find_package(aisopod).

With --json: {"sdk":{"path","include","cmake"}}.`,
  examples: [
    ['cc -shared -fPIC -I"$(aisopod sdk path)/include" -o hello.so hello.c', 'build by hand'],
    ['cmake -B build -DCMAKE_PREFIX_PATH="$(aisopod sdk path)"', 'build with CMake'],
  ],
  async run({ stdout, options }) {
    const sdk = { path: SDK, include: `${SDK}/include`, cmake: `${SDK}/cmake` };
    if (options.json) await printJson(stdout, { sdk });
    else await stdout.write(`${SDK}\n`);
    return 0;
  },
};
