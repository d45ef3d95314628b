import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { HOST_NAME, HOST_VERSION } from '../../src/base/version.js';

it('has the name and the version of package.json', () => {
  const file = new URL('../../package.json', import.meta.url);
  const { name, version } = JSON.parse(readFileSync(file, 'utf8'));
  expect({ name: HOST_NAME, version: HOST_VERSION }).toEqual({ name, version });
});
