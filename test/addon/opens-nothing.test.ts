import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const NATIVE = fileURLToPath(new URL('../../native', import.meta.url));

function sources(folder: string): string[] {
  return readdirSync(join(NATIVE, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(cc|h|txt)$/.test(file))
    .map((file) => join(NATIVE, folder, file));
}

// Libraries are opened by koffi, from TypeScript; what runs them is handed addresses.
describe.each(['core', 'addon'])('native/%s', (folder) => {
  it('opens no library and looks up no symbol', () => {
    const files = sources(folder);
    expect(files.length).toBeGreaterThan(3);
    const opening =
      /\b(dlm?open|dlv?sym|LoadLibrary\w*|GetProcAddress|uv_dlopen|uv_dlsym|NSLoad\w*)\b/;
    const guilty = files.filter((file) => opening.test(readFileSync(file, 'utf8')));
    expect(guilty).toEqual([]);
  });
});
