import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The folder of the repository, with a slash at its end. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The text of a file, named from the root of the repository. */
export const read = (file: string): string => readFileSync(`${ROOT}${file}`, 'utf8');

/** The files below a folder, named from the root; `ends`: what the names may end with. */
export function filesBelow(folder: string, ...ends: string[]): string[] {
  return readdirSync(`${ROOT}${folder}`, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && ends.some((end) => entry.name.endsWith(end)))
    .map((entry) => `${entry.parentPath}/${entry.name}`.replaceAll('\\', '/').slice(ROOT.length))
    .filter((file) => !/(?:^|\/)(?:node_modules|build|dist)\//.test(file))
    .sort();
}

/** Every page for readers. */
export const PAGES = [
  ...readdirSync(ROOT).filter((name) => name.endsWith('.md')),
  ...['docs', 'plugins-c', 'native', 'test'].flatMap((folder) => filesBelow(folder, '.md')),
];

/** The blocks ```json LABEL of a page. */
export function examplesOf(page: string): { label: string; json: string }[] {
  return Array.from(page.matchAll(/^```json (\S+)\n(.*?)^```$/gms), ([, label, json]) => ({
    label: label ?? '',
    json: json ?? '',
  }));
}

/** The text of a page outside of its blocks of code. */
export const proseOf = (page: string): string => page.replace(/^ *```.*?^ *```$/gms, '');

/** The anchors of a page, as GitHub makes them of its headings. */
export function anchorsOf(page: string): Set<string> {
  const seen = new Map<string, number>();
  const titles = Array.from(proseOf(page).matchAll(/^#+ (.+)$/gm), ([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-'),
  );
  return new Set(
    titles.map((title) => {
      const before = seen.get(title) ?? 0;
      seen.set(title, before + 1);
      return before === 0 ? title : `${title}-${before}`;
    }),
  );
}
