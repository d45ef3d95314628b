/** The scripts that let shells complete command lines, by the name of the shell. */
export const SCRIPTS: Readonly<Record<string, () => Promise<{ readonly script: string }>>> = {
  bash: () => import('./bash.js'),
  zsh: () => import('./zsh.js'),
  fish: () => import('./fish.js'),
};
