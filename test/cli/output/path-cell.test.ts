import { expect, test } from 'vitest';
import { pathCell, shortPath, shortPaths } from '../../../src/cli/output/path-cell.js';

const env = { HOME: '/home/ada' };

test.each([
  ['/home/ada/.aisopod', '~/.aisopod'],
  ['/home/adam/x', '/home/adam/x'],
  ['/srv/home/ada/x', '/srv/home/ada/x'],
])('the path %s is shown as %s', (path, shown) => {
  expect(shortPath(path, env)).toBe(shown);
  expect(pathCell(path, env)).toEqual({ text: shown, keepsEnd: true });
});

test.each([{}, { HOME: '' }, { HOME: '/' }])('a path stays as it is with %j', (without) => {
  expect(shortPath('/etc/x', without)).toBe('/etc/x');
  expect(shortPaths('/etc/x', without)).toBe('/etc/x');
});

test('paths in a text are shown with ~, but not in quotes, where a shell would not expand it', () => {
  const text = "/home/ada/a is not (/home/ada/b). Run: chmod 600 '/home/ada/c d'";
  expect(shortPaths(text, env)).toBe("~/a is not (~/b). Run: chmod 600 '/home/ada/c d'");
});
