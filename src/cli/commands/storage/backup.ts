import { resolve } from 'node:path';
import { count, showPath } from '../../../base/text/index.js';
import { resolveHome } from '../../../home/paths/index.js';
import { backupStore } from '../../../services/storage/upkeep/index.js';
import type { Command } from '../../command.js';
import { printJson } from '../../output/json.js';

export const command: Command = {
  about: `
Copies all that plugins have stored in this home into one file, which only you can read. The copy is
how the storage was after one change, also while hosts run, and it is checked before it gets its
name. A file that is there is replaced with --force only. A damaged storage is not copied.

To restore it, end all hosts of the home and copy the file to state/storage/store.mdb.

In a pipe: the path of the copy. With --json: {"backup":{"path","bytes","records"}}.`,
  examples: [
    ['aisopod storage backup notes.mdb', 'copy it into the current folder'],
    ['aisopod storage backup /var/backups/store.mdb --force', 'replace the last copy'],
  ],
  async run({ options, env, stdout }, [file = '']) {
    const home = resolveHome({ home: options.home, env });
    const backup = await backupStore(home, resolve(file), options.force);
    const { path, records, bytes } = backup;
    if (options.json) await printJson(stdout, { backup });
    else if (stdout.isTTY) {
      const what = `${count(records, 'record')} in ${count(bytes, 'byte')}`;
      await stdout.write(`The storage is copied to ${showPath(path)}: ${what}\n`);
    } else await stdout.write(`${path}\n`);
    return 0;
  },
};
