import { expect, test } from 'vitest';
import { nodeOptions } from '../../../src/host/crashes/watched-child.js';

test('a child process has the options of Node.js, and neither its program nor its debugger', () => {
  expect(nodeOptions(['--no-addons', '--require', './a.js'])).toEqual([
    '--no-addons',
    '--require',
    './a.js',
  ]);
  expect(nodeOptions(['--input-type=module', '-e', 'run()', '--permission'])).toEqual([
    '--permission',
  ]);
  expect(nodeOptions(['--inspect=0', '--inspect-brk', '--watch', '--print', '1'])).toEqual([]);
});
