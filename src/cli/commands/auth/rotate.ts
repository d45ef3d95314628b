import { resolveHome } from '../../../home/paths/index.js';
import { TokenFile } from '../../../security/auth/index.js';
import type { Command } from '../../command.js';
import { printJson } from '../../output/json.js';

export const command: Command = {
  about: `
Makes a new token in the place of the home's old one, which counts no more from that moment on, also
for hosts that run. It also replaces a token file that can't be used. The token itself is not printed:
it stands in the file, which only you can read.

In a pipe: the path of the file. With --json: {"auth":{"file","madeAt"}}.`,
  examples: [
    ['aisopod auth rotate', 'after someone else has seen the token'],
    ['AISOPOD_TOKEN="$(cat "$(aisopod auth rotate)")"', 'hand the new one on'],
  ],
  async run({ options, env, stdout }) {
    const file = new TokenFile(resolveHome({ home: options.home, env }).token);
    const { madeAt } = file.rotate();
    if (options.json) await printJson(stdout, { auth: { file: file.path, madeAt } });
    else if (stdout.isTTY) await stdout.write(`The new token is in ${file.path}\n`);
    else await stdout.write(`${file.path}\n`);
    return 0;
  },
};
