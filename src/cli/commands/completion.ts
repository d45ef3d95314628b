import { show } from '../../base/text/index.js';
import type { Command } from '../command.js';
import { SCRIPTS } from '../completion/index.js';
import { printJson } from '../output/json.js';
import { usageError } from '../usage-error.js';

export const command: Command = {
  about: `
Prints the script that lets bash, zsh or fish complete commands, options, ids of plugins, names of
tools, and the commands of plugins. What plugins bring is read from their manifests: pressing the key
runs no plugin.

bash: in ~/.bashrc, or into a file of ~/.local/share/bash-completion/completions named aisopod.
zsh: into a file named _aisopod in a folder of $fpath. fish: into
~/.config/fish/completions/aisopod.fish.

With --json: {"completion":{"shell","script"}}.`,
  examples: [
    ['eval "$(aisopod completion bash)"', 'for this shell, or in ~/.bashrc for all'],
    ['aisopod completion zsh > ~/.zfunc/_aisopod', 'zsh, with that folder in $fpath'],
    ['aisopod completion fish > ~/.config/fish/completions/aisopod.fish', 'fish'],
  ],
  async run({ stdout, options }, [shell = '']) {
    const load = Object.hasOwn(SCRIPTS, shell) ? SCRIPTS[shell] : undefined;
    if (load === undefined) {
      throw usageError(
        `There is no completion for ${show(shell)}. The supported shells are: ` +
          `${Object.keys(SCRIPTS).join(', ')}.`,
        { shell, shells: Object.keys(SCRIPTS) },
        'completion',
      );
    }
    const { script } = await load();
    if (options.json) await printJson(stdout, { completion: { shell, script } });
    else await stdout.write(script);
    return 0;
  },
};
