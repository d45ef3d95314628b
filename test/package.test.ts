import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const EXPORTS = ['AisopodError', 'ERROR_CODES', 'HOST_VERSION', 'PluginHost'];
const PRINT = `console.log(JSON.stringify(${JSON.stringify(EXPORTS)}.filter((key) => key in found)))`;

/** What a program prints that lies beside a package of this name. */
function evaluate(source: string, ...flags: string[]): string {
  const args = [...flags, '--eval', source];
  return execFileSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8', stdio: 'pipe' });
}

// A package can name itself, so these go through the "exports" of package.json.
describe('the package', () => {
  it('can be imported', () => {
    const source = `import * as found from 'aisopod'; ${PRINT}`;
    expect(JSON.parse(evaluate(source, '--input-type=module'))).toEqual(EXPORTS);
  });

  it('can be required', () => {
    const source = `const found = require('aisopod'); ${PRINT}`;
    expect(JSON.parse(evaluate(source, '--input-type=commonjs'))).toEqual(EXPORTS);
  });

  it('has a part for tests of plugins', () => {
    const source = `import * as found from 'aisopod/testing'; console.log(Object.keys(found).sort())`;
    expect(evaluate(source, '--input-type=module')).toContain('createTestApp');
  });

  it('loads no native code before a plugin is opened', () => {
    const source = `import 'aisopod'; console.log(JSON.stringify(process.report.getReport().sharedObjects))`;
    expect(evaluate(source, '--input-type=module')).not.toMatch(/\.node"/);
  });

  it('pins koffi to one version', () => {
    const { dependencies } = JSON.parse(readFileSync(`${ROOT}/package.json`, 'utf8'));
    expect(dependencies.koffi).toMatch(/^\d+\.\d+\.\d+$/);
  });
});

describe('what package.json points Node.js to', () => {
  /** Runs code as if Node.js had another version. */
  const pretend = (version: string, code: string) => {
    const versions = `{ value: { ...process.versions, node: '${version}' } }`;
    return spawnSync(
      process.execPath,
      ['--eval', `Object.defineProperty(process, 'versions', ${versions}); ${code}`],
      { cwd: ROOT, encoding: 'utf8' },
    );
  };
  const REFUSAL =
    /^aisopod needs Node\.js 20\.19 or newer, but \/\S+ is v\S+\. Install a newer one from https:\/\/nodejs\.org$/;

  it.each([
    ['../entry/import.mjs', '../dist/index.js'],
    ['../entry/testing-import.mjs', '../dist/testing/index.js'],
  ])('has in %s every export of %s', async (fallback, module) => {
    const [found, expected] = await Promise.all([import(fallback), import(module)]);
    expect(Object.keys(found).sort()).toEqual(Object.keys(expected).sort());
  });

  it.each([
    ['entry/require.cjs', 'PluginHost'],
    ['entry/testing-require.cjs', 'createTestApp'],
  ])('has %s, which gives the same ES module as require() of dist', (file, name) => {
    const source = `const found = require('./${file}'); console.log(typeof found.${name})`;
    expect(evaluate(source, '--input-type=commonjs')).toBe('function\n');
  });

  it.each(['16.20.2', '18.20.8', '20.18.3'])('refuses Node.js %s in one line', (version) => {
    const program = pretend(version, `require('./entry/aisopod.cjs')`);
    expect(program).toMatchObject({ status: 1, stdout: '' });
    expect(program.stderr.replace(/^error: |\n$/g, '')).toMatch(REFUSAL);
    for (const file of ['require.cjs', 'testing-require.cjs', 'import.mjs', 'testing-import.mjs']) {
      const load = `import('./entry/${file}').catch(({ message, stack }) => console.log(message + '\\n' + stack))`;
      const [message, ...stack] = pretend(version, load).stdout.trimEnd().split('\n');
      expect(message).toMatch(REFUSAL);
      expect(stack).toEqual([`Error: ${message}`]);
    }
  });

  it.each(['20.19.0', '22.0.0', '26.0.0'])('starts the command line on Node.js %s', (version) => {
    const code = `process.argv.push('x', '--version'); require('./entry/aisopod.cjs')`;
    const { HOST_VERSION } = JSON.parse(
      evaluate(`console.log(JSON.stringify(require('aisopod')))`, '--input-type=commonjs'),
    );
    expect(pretend(version, code)).toMatchObject({ status: 0, stdout: `${HOST_VERSION}\n` });
  });

  it('says how to load the package where require() has no ES modules', () => {
    const code = `try { require('aisopod'); } catch ({ message }) { console.log(message); }`;
    expect(evaluate(code, '--no-experimental-require-module')).toMatch(
      /^require\(\) of \/\S+ \(v\S+\) cannot load aisopod, .*await import\('aisopod'\)\n$/,
    );
  });
});
