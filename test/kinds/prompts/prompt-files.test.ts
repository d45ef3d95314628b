import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { KIND_DEFINITIONS } from '../../../src/kinds/index.js';
import type { PromptSpec } from '../../../src/kinds/prompts/definition.js';
import { type KindDefinition, readSpec } from '../../../src/registry/index.js';
import { makePlugin, makeRaw } from '../../registry/make-batch.js';
import { folderOfFile } from '../../support/folder-of-file.js';

const root = folderOfFile();

/** What becomes of a prompt whose template is a file. @param file as the spec has it */
function promptOf(file: string, make: (folder: string) => void = () => {}) {
  const folder = mkdtempSync(join(root, 'plugin-'));
  make(folder);
  const raw = makeRaw('prompt', 'p', JSON.stringify({ description: 'd', file }));
  const definition = KIND_DEFINITIONS.get('prompt') as KindDefinition<PromptSpec>;
  const { spec, problems } = readSpec(definition, raw, makePlugin('demo', { folder }));
  return {
    template: spec.template,
    problems: problems.map(({ path, message }) => [path, message]),
  };
}

const wrote = (name: string, bytes: string | Uint8Array) => (folder: string) =>
  writeFileSync(join(folder, name), bytes);

describe('the file of a template', () => {
  test('is read from the folder of the plugin', () => {
    const make = (folder: string) => {
      mkdirSync(join(folder, 'prompts'));
      writeFileSync(join(folder, 'prompts', 'a.md'), '\ufeffGrüße');
    };
    expect(promptOf('prompts/a.md', make)).toEqual({ template: ['Grüße'], problems: [] });
  });

  test('may be reached by a link that stays in the folder', () => {
    const make = (folder: string) => {
      writeFileSync(join(folder, 'a.md'), 'text');
      symlinkSync('a.md', join(folder, 'b.md'));
    };
    expect(promptOf('b.md', make).template).toEqual(['text']);
  });

  test.each<[string, string, (folder: string) => void, string]>([
    ['is missing', 'a.md', () => {}, 'there is no such file'],
    [
      'is a folder',
      'a.md',
      (folder) => mkdirSync(join(folder, 'a.md')),
      'it is not a regular file',
    ],
    ['is above the folder', '../a.md', wrote('../a.md', 'x'), 'it leaves the folder'],
    ['is absolute', '/etc/passwd', () => {}, 'there is no such file'],
    [
      'is reached by a link that leaves the folder',
      'a.md',
      (folder) => symlinkSync('/etc/passwd', join(folder, 'a.md')),
      'it leaves the folder',
    ],
    ['is too large', 'a.md', wrote('a.md', 'x'.repeat(65_537)), 'it is larger than 65536 bytes'],
    ['is not UTF-8', 'a.md', wrote('a.md', Uint8Array.of(0x61, 0xff)), 'it is not UTF-8'],
  ])('refuses the prompt if it %s', (_, file, make, why) => {
    expect(promptOf(file, make)).toEqual({
      template: null,
      problems: [['/file', `the template cannot be read: ${why}`]],
    });
  });

  test('is reported with its own key if it has a wrong place', () => {
    const { problems } = promptOf('a.md', wrote('a.md', '{{file}}'));
    expect(problems).toEqual([['/file', expect.stringContaining('"{{file}}" in line 1')]]);
  });
});
