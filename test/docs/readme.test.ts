import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
const readme = read('README.md');

describe('README.md', () => {
  it.each(['docs/guide/first-plugin/hello.c', 'docs/guide/first-plugin/aisopod.plugin.toml'])(
    'shows %s as it is built by the tests',
    (file) => {
      expect(readme).toContain(`\n${read(file)}\`\`\`\n`);
    },
  );

  it('names only scripts that package.json has', () => {
    const { scripts } = JSON.parse(read('package.json'));
    const named = [...readme.matchAll(/npm (?:run )?([a-z][a-z:]*)/g)].map(([, name]) => name);
    const own = named.filter((name) => name !== 'install');
    expect(own.length).toBeGreaterThan(3);
    for (const name of own) expect(Object.keys(scripts)).toContain(name);
  });
});

describe('docs/guide/embedding.md', () => {
  const keysOf = (source: string, pattern: RegExp) =>
    Array.from(source.matchAll(pattern), ([, key]) => key);

  it('lists every option of PluginHost, in the order of the declarations', () => {
    const table = read('docs/guide/embedding.md').split('## Options')[1]?.split('## ')[0] ?? '';
    expect(keysOf(table, /^\| `(\w+)` \|/gm)).toEqual(
      keysOf(read('src/host/options.ts'), /^ {2}readonly (\w+)\?:/gm),
    );
  });
});
