import { describe, expect, test } from 'vitest';
import { Findings } from '../../src/base/shape/index.js';
import { DEFAULT_LIMITS } from '../../src/config/index.js';
import { configShape, NO_SETTINGS, TRUST_LEVELS } from '../../src/config/shape.js';
import { keysOf, rowsOf, type Schema } from './keys.js';
import { read } from './pages.js';

const page = read('docs/reference/config.md');
const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

describe('docs/reference/config.md', () => {
  test('has each key of config.toml with its value and its default', () => {
    const empty = configShape.read({}, null, new Findings('CONFIG_INVALID'));
    const host: object = empty?.plugins.own.settings.own ?? {};
    const defaultOf = (key: string) => {
      const name = key.split('.').at(-1) ?? '';
      if (name === 'limits') return null; // a table of its own
      if (key.startsWith('trust.')) return 'trusted';
      if (key.startsWith('plugins.settings.<id>')) return Reflect.get(NO_SETTINGS, name);
      return key.startsWith('plugins.settings.') ? Reflect.get(host, name) : null;
    };
    // What the schema says nothing of.
    const levels = TRUST_LEVELS.map((level) => `"${level}"`).join(', ');
    const texts = new Map([
      ['plugins.<id>', 'any table'],
      ['trust.<id>', `one of ${levels}`],
    ]);
    const closed = /\.(?:limits|permissions)$/;
    const keys = keysOf(configShape.schema as Schema, { closed, defaultOf }).map((row) => ({
      ...row,
      value: row.value || (texts.get(row.key) ?? ''),
    }));
    expect(rowsOf(page)).toEqual(keys);
  });

  test('lists every limit with its default, in their order', () => {
    const [, section = ''] = page.split('\n## Limits\n');
    const rows = [...(section.split('\n## ')[0] ?? '').matchAll(/^\| `(\w+)` \| (\d+) \|/gm)];
    const limits = Object.entries(DEFAULT_LIMITS).map(([name, value]) => [snake(name), value]);
    expect(rows.map(([, name, value]) => [name, Number(value)])).toEqual(limits);
  });
});
