import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import '../../docs/guide/typescript-plugin/cities.test.js';

const read = (file: string) =>
  readFileSync(new URL(`../../docs/guide/${file}`, import.meta.url), 'utf8');

describe('typescript-plugins.md', () => {
  it.each(['cities.ts', 'cities.test.ts'])('shows %s as it is run by the tests', (file) => {
    const page = read('typescript-plugins.md');
    expect(page).toContain(`\n\`\`\`ts\n${read(`typescript-plugin/${file}`)}\`\`\`\n`);
  });
});
