import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const DIST = new URL('../../../dist/kinds/hooks/index.js', import.meta.url).href;

const SCRIPT = `
import { HooksService } from ${JSON.stringify(DIST)};
const snapshot = { list: () => [] };
const dispatcher = { snapshot, epoch: { advance() {} } };
const hooks = new HooksService({
  dispatcher, hookMs: () => 5000, payloadProblems: {}, warn() {}, error() {},
});
for (let i = 0; i < 3; i++) hooks.register('PreLlmCall', ({ n }) => ({ n: n + 1 }));
let forbidden = false;
try { new Function(''); } catch { forbidden = true; }
const results = [1, 2].map((n) => hooks.current.PreLlmCall({ n }, {}).n);
console.log(JSON.stringify({ forbidden, results }));
`;

test('hooks work where Node.js forbids code to be made from text', async () => {
  const flags = ['--disallow-code-generation-from-strings', '--input-type=module'];
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, '-e', SCRIPT]);
  expect(JSON.parse(stdout)).toEqual({ forbidden: true, results: [4, 5] });
});
