import { execFileSync } from 'node:child_process';

/** Whether there is the `script` of util-linux, which runs a command on a terminal of its own. */
export function hasScript(): boolean {
  try {
    return execFileSync('script', ['--version'], { encoding: 'utf8' }).includes('util-linux');
  } catch {
    return false;
  }
}

/** A line of the shell, on a terminal of `columns`. */
export function onTerminal(line: string, columns = 80): string {
  return `script -qec 'stty cols ${columns} -echo; ${line}' /dev/null`;
}
