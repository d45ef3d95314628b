import { cpSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { HOST_VERSION } from '../../src/base/version.js';
import { BUILT } from '../support/built.js';
import { temporaryFolder } from '../support/compile-library.js';
import { withBuild } from '../support/run-built.js';
import { runFile } from '../support/run-in-child.js';

const DIST = fileURLToPath(new URL('../../dist', import.meta.url));
const PACKAGE = '@aisopod/linux-x64-gnu';
const root = temporaryFolder();
withBuild();

/** What a process made of the addon. */
interface Outcome {
  readonly version?: string;
  readonly file?: string;
  readonly code?: string;
  readonly message?: string;
}

/** A folder with an installed copy of the package, and what is next to it by path. */
function installed(
  add: (at: { readonly aisopod: string; readonly platform: string }) => void = () => {},
  name = 'aisopod',
): string {
  const modules = join(mkdtempSync(join(root, 'installed-')), 'node_modules');
  const aisopod = join(modules, 'aisopod');
  cpSync(join(DIST, 'base'), join(aisopod, 'dist', 'base'), { recursive: true });
  writeFileSync(join(aisopod, 'package.json'), JSON.stringify({ name, type: 'module' }));
  add({ aisopod, platform: join(modules, PACKAGE) });
  return aisopod;
}

function writeBuilt(aisopod: string, from = join(BUILT, 'Release', 'aisopod.node')): string {
  const file = join(aisopod, 'build', 'node', 'Release', 'aisopod.node');
  mkdirSync(dirname(file), { recursive: true });
  cpSync(from, file);
  return file;
}

/** @param main a file of JavaScript stands for an addon of another version, which can't be built here */
function writePlatform(platform: string, main: Readonly<Record<string, string>> = {}): void {
  const [file = 'aisopod.node'] = Object.keys(main);
  mkdirSync(platform, { recursive: true });
  writeFileSync(join(platform, 'package.json'), JSON.stringify({ name: PACKAGE, main: file }));
  if (main[file] !== undefined) writeFileSync(join(platform, file), main[file]);
  else cpSync(join(BUILT, 'Release', 'aisopod.node'), join(platform, file));
}

/** Loads the addon as a plugin would need it, in a process of its own. */
async function load(aisopod: string, env: Readonly<Record<string, string>> = {}): Promise<Outcome> {
  const program = join(aisopod, 'load.mjs');
  const module = pathToFileURL(join(aisopod, 'dist', 'base', 'addon.js')).href;
  writeFileSync(
    program,
    `import { loadAddonFile } from ${JSON.stringify(module)};
    const addons = () => process.report.getReport().sharedObjects.filter((file) => /\\.node$/.test(file));
    try {
      const { version } = loadAddonFile();
      console.log(JSON.stringify({ version, file: addons()[0] }));
    } catch ({ code, message }) {
      console.log(JSON.stringify({ code, message }));
    }`,
  );
  const { stdout, stderr } = await runFile(program, [], { AISOPOD_ADDON: '', ...env });
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

test('the addon of the package of the platform is found', async () => {
  const aisopod = installed(({ platform }) => writePlatform(platform));
  const file = join(dirname(aisopod), PACKAGE, 'aisopod.node');
  expect(await load(aisopod)).toEqual({ version: HOST_VERSION, file });
});

test('an addon that was built in the folder of aisopod comes before that of the package', async () => {
  const aisopod = installed(({ platform }) => writePlatform(platform));
  const file = writeBuilt(aisopod);
  expect(await load(aisopod)).toEqual({ version: HOST_VERSION, file });
});

test('an addon that AISOPOD_ADDON names comes first', async () => {
  const aisopod = installed(({ platform }) => writePlatform(platform));
  writeBuilt(aisopod);
  const file = writeBuilt(mkdtempSync(join(root, 'other-')));
  expect(await load(aisopod, { AISOPOD_ADDON: file })).toEqual({ version: HOST_VERSION, file });
});

test('without an addon the error names the file, the package and the command', async () => {
  const { code, message } = await load(installed());
  expect(code).toBe('ADDON_MISSING');
  expect(message).toMatch(
    /^There is no native addon for linux-x64: \/.*\/aisopod\/build\/node\/Release\/aisopod\.node does not exist, and the package @aisopod\/linux-x64-gnu is not installed\. Build it with: aisopod build-addon$/,
  );
});

test('a file that AISOPOD_ADDON names and that is not there is named', async () => {
  const { code, message } = await load(installed(), { AISOPOD_ADDON: '/not/there.node' });
  expect(code).toBe('ADDON_MISSING');
  expect(message).toMatch(
    /^The native addon \/not\/there\.node cannot be loaded .*: it does not exist\. .*aisopod build-addon$/,
  );
});

test('an addon that the system cannot load is refused with its reason', async () => {
  const aisopod = installed();
  const broken = join(root, 'broken.node');
  writeFileSync(broken, 'no library');
  writeBuilt(aisopod, broken);
  const { code, message } = await load(aisopod);
  expect(code).toBe('ADDON_MISSING');
  expect(message).toMatch(
    /^The native addon \/.*aisopod\.node cannot be loaded by Node\.js v\S+ on linux-x64: .*(?:invalid ELF header|file too short).*\. Build one that fits with: aisopod build-addon$/,
  );
});

test.each([
  ['9.9.9', `exports.version = '9.9.9';`],
  ['another version', ''],
])('a package of %s is refused, naming both versions and what to do', async (shown, code) => {
  const aisopod = installed(({ platform }) => writePlatform(platform, { 'old.cjs': code }));
  expect(await load(aisopod)).toEqual({
    code: 'ADDON_MISSING',
    message:
      `The native addon ${join(dirname(aisopod), PACKAGE, 'old.cjs')} is of aisopod ${shown}, but this is ` +
      `aisopod ${HOST_VERSION}. Install ${PACKAGE}@${HOST_VERSION}, or build the addon with: aisopod build-addon`,
  });
});

test('an addon of another version that AISOPOD_ADDON names is refused', async () => {
  const file = join(root, 'other-version.cjs');
  writeFileSync(file, `exports.version = '9.9.9';`);
  const { message } = await load(installed(), { AISOPOD_ADDON: file });
  expect(message).toMatch(/is of aisopod 9\.9\.9, .*\. Build one with: aisopod build-addon$/);
});

test('a bundle takes no file of the folder that happens to lie two folders up', async () => {
  const bundled = installed(({ platform }) => writePlatform(platform), 'my-program');
  writeBuilt(bundled);
  const file = join(dirname(bundled), PACKAGE, 'aisopod.node');
  expect(await load(bundled)).toEqual({ version: HOST_VERSION, file });
});
