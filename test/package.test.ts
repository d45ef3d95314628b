import { execFileSync } from 'node:child_process';
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
