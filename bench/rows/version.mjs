// `aisopod --version` against `node -e 0`, as whole processes.
import { execFileSync } from 'node:child_process';
import { CLI } from '../paths.mjs';
import { compare } from '../rounds.mjs';

export async function version() {
  return await compare({
    per: 1,
    ours: () => execFileSync(process.execPath, [CLI, '--version']),
    theirs: () => execFileSync(process.execPath, ['-e', '0']),
  });
}
