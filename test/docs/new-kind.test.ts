import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { pluginSource, temporaryFolder } from '../support/compile-library.js';
import { withBuild } from '../support/run-built.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PAGE = readFileSync(join(ROOT, 'docs', 'internals', 'new-kind.md'), 'utf8');
const SOURCE = pluginSource({
  id: 'native',
  desc: { on_register: 'registers' },
  extra: `
#include <string.h>
static const aisopod_host *host;
static aisopod_status made(const aisopod_host *h, aisopod_plugin **out, aisopod_error *e) {
  static int instance;
  (void)e; host = h; *out = (aisopod_plugin *)&instance; return AISOPOD_OK;
}
static aisopod_status read_note(void *user, const aisopod_call *call) {
  (void)user;
  return aisopod_reply(host, call->token, "\\"from C\\"", AISOPOD_NTS);
}
static aisopod_status registers(aisopod_plugin *p, const aisopod_api *api, aisopod_error *e) {
  (void)p;
  return aisopod_register_note(api, "c", "{\\"title\\":\\"C\\"}", 0, read_note, NULL, e);
}
`,
}).replace('desc->create = create;', 'desc->create = made;\n  (void)create; (void)on_register;');

/** Files and changes of the page, by path. */
function blocks(language: 'ts' | 'diff'): [path: string, text: string][] {
  const found = PAGE.matchAll(new RegExp(`^\`\`\`${language} (\\S+)\\n(.*?)^\`\`\`$`, 'gms'));
  return Array.from(found, ([, path = '', text = '']) => [path, text]);
}

/** Makes the changes of a diff; each must fit in exactly one place. */
function applied(text: string, diff: string): string {
  const hunks = diff.split(/^@@.*@@.*\n/m).slice(1);
  return hunks.reduce((before, hunk) => {
    const lines = hunk.replace(/\n$/, '').split('\n');
    const side = (sign: string) =>
      lines.filter((line) => !line.startsWith(sign)).map((line) => `${line.slice(1)}\n`);
    const [old, changed] = [side('+').join(''), side('-').join('')];
    expect(before.split(old), old).toHaveLength(2);
    return before.replace(old, () => changed);
  }, text);
}

withBuild();
const copy = temporaryFolder();

/** Runs a program over the copy, and returns what it prints, as JSON. */
function run(program: string): unknown {
  const file = join(copy, 'program.mjs');
  writeFileSync(file, program);
  return JSON.parse(execFileSync(process.execPath, [file], { encoding: 'utf8', cwd: copy }));
}

const TYPESCRIPT = `
import { createTestApp } from './dist/testing/index.js';
const app = await createTestApp();
let context;
await app.host.register({
  id: 'ts',
  version: '1.0.0',
  register(api) {
    api.registerNote('hello', { title: 'Hello' }, () => 'from TypeScript');
  },
  init: (given) => { context = given; },
});
const seen = [app.host.notes.list(), await app.host.notes.read('hello'), await context.notes.read('ts:hello')];
await app.host.plugins.unloadPlugin('ts');
const after = await app.host.notes.read('hello').catch(({ code }) => code);
await app.close();
console.log(JSON.stringify([...seen, app.host.notes.list(), after]));
`;

describe('docs/internals/new-kind.md', () => {
  beforeAll(() => {
    for (const name of ['src', 'tsconfig.json', 'package.json']) {
      cpSync(join(ROOT, name), join(copy, name), { recursive: true });
    }
    for (const name of ['node_modules', 'build']) symlinkSync(join(ROOT, name), join(copy, name));
    for (const [path, text] of blocks('ts')) {
      mkdirSync(dirname(join(copy, path)), { recursive: true });
      writeFileSync(join(copy, path), text);
    }
    for (const [path, diff] of blocks('diff')) {
      mkdirSync(dirname(join(copy, path)), { recursive: true });
      writeFileSync(join(copy, path), applied(readFileSync(join(ROOT, path), 'utf8'), diff));
    }
    const header = join('native', 'include', 'aisopod');
    cpSync(join(ROOT, header), join(copy, header), { recursive: true, force: false });
    const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
    const options = ['--outDir', 'dist', '--incremental', 'false'];
    execFileSync(process.execPath, [tsc, '-p', 'tsconfig.json', ...options], { cwd: copy });
  });

  test('changes four files of src besides the folder of the kind', () => {
    const changed = blocks('diff').map(([path]) => path);
    expect(changed.filter((path) => path.startsWith('src/'))).toHaveLength(4);
    expect(blocks('ts').every(([path]) => path.startsWith('src/kinds/notes/'))).toBe(true);
  });

  test('lets a plugin in TypeScript register a note, which is read until the plugin ends', () => {
    const note = { plugin: 'ts', name: 'hello', fullName: 'ts:hello', title: 'Hello' };
    expect(run(TYPESCRIPT)).toEqual([[note], 'from TypeScript', 'from TypeScript', [], 'INVALID']);
  });

  test('lets a plugin in C register a note with aisopod_register_note(), and list it', () => {
    const folder = join(copy, 'native-plugin');
    mkdirSync(folder);
    // With the header of the copy, not with ours.
    const flags = [
      '-shared',
      '-fPIC',
      '-Wall',
      '-Wextra',
      '-Werror',
      '-I',
      join(copy, 'native', 'include'),
      '-x',
      'c',
    ];
    execFileSync('cc', [...flags, '-', '-o', join(folder, 'plugin.so')], { input: SOURCE });
    writeFileSync(
      join(folder, 'aisopod.plugin.toml'),
      '[plugin]\nid = "native"\nversion = "1.0.0"\nentry = "plugin.so"\n\n[capabilities]\nnotes = ["c"]\n',
    );
    const program = `
import { createTestApp } from './dist/testing/index.js';
const app = await createTestApp();
const { state, warnings, reason } = await app.host.plugins.loadPlugin(${JSON.stringify(folder)});
const read = await app.host.notes.read('native:c').catch(({ message }) => message);
await app.close();
console.log(JSON.stringify({ state, warnings, reason, read }));
`;
    expect(run(program)).toEqual({ state: 'active', warnings: [], reason: null, read: 'from C' });
  });
});
