// The page docs/reference/public-api.md, made of flattened declarations.

const SECTIONS = [
  {
    title: '`aisopod`',
    about: "What `import ... from 'aisopod'` can name.",
  },
  {
    title: '`aisopod/testing`',
    about: "What `import ... from 'aisopod/testing'` can name.",
  },
  {
    title: 'Reachable declarations without an export',
    about:
      'Declarations that the ones above name, in signatures or as members, and that no import can name.',
  },
];

const DECLARED = /\b(class|interface|type|const|function|enum|namespace) (\w+)/;
const VALUES = ['class', 'const', 'function', 'enum'];

/**
 * Sorts declarations into those of the doors and those that are only reachable.
 * @param {{ readonly text: string, readonly typeOnly: ReadonlySet<string> }} flattened what API Extractor wrote,
 *   and the names that are exported as types alone
 * @returns {string} the page
 */
export function writeReport({ text, typeOnly }) {
  const code = /^```ts\n(.*)^```$/ms.exec(text)?.[1] ?? '';
  const blocks = code
    .replace(/^ *\/\/ .*\n/gm, '')
    .split(/\n\n+(?=\S)/)
    .map((block) => block.trim())
    .filter((block) => block !== '');
  const testing = blocks.find((block) => block.startsWith('declare namespace testing {')) ?? '';
  const names = new Set(testing.match(/(?<=^ {8})\w+/gm));
  /** @type {string[][]} */
  const parts = [[], [], []];
  for (const block of blocks) {
    if (block === testing || block === 'export { testing }' || block.startsWith('import '))
      continue;
    const [, kind = '', name = ''] = DECLARED.exec(block) ?? [];
    const part = block.startsWith('export ') ? 0 : names.has(name) ? 1 : 2;
    const note =
      part < 2 && VALUES.includes(kind) && typeOnly.has(name) ? '// as a type only\n' : '';
    parts[part]?.push(`${note}${part === 1 ? 'export ' : ''}${block}`);
  }
  const sections = SECTIONS.flatMap(({ title, about }, i) => {
    const blocks = parts[i] ?? [];
    if (blocks.length === 0) return [];
    return [`## ${title}\n\n${about}\n\n\`\`\`ts\n${blocks.join('\n\n')}\n\`\`\`\n`];
  });
  return [HEAD, ...sections].join('\n');
}

const HEAD = `# Public declarations

Every declaration that users of the package depend on, without its comments. "As a type only" marks a value
that types can name and programs cannot use. \`npm run api:report\` writes this page from \`src\`, and a test
fails when the page is stale: a change of it in a commit is a change of the API.
`;
