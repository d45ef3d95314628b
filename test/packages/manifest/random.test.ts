import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { stringify } from 'smol-toml';
import { expect, test } from 'vitest';
import { ERROR_CODES } from '../../../src/base/errors/index.js';
import { manifestError, readManifest } from '../../../src/packages/manifest/index.js';
import { temporaryFolder } from '../../support/compile-library.js';
import { rounds } from '../../support/rounds.js';

const file = join(temporaryFolder(), 'aisopod.plugin.toml');

/** Reads it; whatever it is, there is a manifest or a typed error that can be shown. */
function survives(content: string | Uint8Array): void {
  writeFileSync(file, content);
  const { manifest, errors, warnings } = readManifest(file);
  expect(manifest === null).toBe(errors.length > 0);
  for (const { line, column, code } of [...errors, ...warnings]) {
    expect(ERROR_CODES).toHaveProperty(code);
    if (line !== null) expect(Math.min(line, column ?? 0)).toBeGreaterThan(0);
  }
  if (errors.length > 0) expect(manifestError(file, errors).message).not.toBe('');
}

test('random bytes give a typed error', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), survives), {
    seed: 1,
    numRuns: rounds(2000, 200),
  });
});

test('random text with the signs of TOML gives a typed error', () => {
  const sign = fc.constantFrom(
    ...'[]{}=.,"\'#\\\n\r\t -_+0123456789abcdefTZ:',
    '"""',
    "'''",
    '[[',
    'ü',
  );
  const text = fc.array(sign, { maxLength: 80 }).map((signs) => signs.join(''));
  fc.assert(fc.property(text, survives), { seed: 2, numRuns: rounds(2000, 200) });
});

test('random values under the known keys give a manifest or a typed error', () => {
  const key = fc.constantFrom(
    ...'id version entry main name keywords tools hooks host abi platforms features loader args'.split(
      ' ',
    ),
    ...'network filesystem read limits memory properties default schema type $ref x'.split(' '),
    ...'__proto__ constructor toString linux-x64'.split(' '),
  );
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { maxDepth: 3 },
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        '1.0.0',
        'calc',
        '*',
        'calc.so',
        '/x',
        '../x',
        'native',
        '__proto__',
        '$DATA',
      ),
      fc.integer(),
      fc.double(),
      fc.boolean(),
      fc.array(tie('any'), { maxLength: 4 }),
      fc.dictionary(key, tie('any'), { maxKeys: 4 }),
    ),
  })).any;
  const table = fc.constantFrom(
    ...'plugin capabilities compatibility runtime dependencies permissions config __proto__'.split(
      ' ',
    ),
  );
  const document = fc.dictionary(table, fc.oneof(fc.dictionary(key, value), value), { maxKeys: 8 });
  fc.assert(
    fc.property(document, (tables) => {
      let text: string;
      try {
        text = stringify(tables);
      } catch {
        return fc.pre(false);
      }
      survives(text);
    }),
    { seed: 3, numRuns: rounds(400, 50) },
  );
  expect(Object.keys(Object.prototype)).toEqual([]);
});

test.each([
  ['deep arrays', `a = ${'['.repeat(500_000)}`],
  ['deep inline tables', 'a = {b = '.repeat(50_000)],
  ['a long dotted key', `${'a.'.repeat(400_000)}a = 1`],
  ['a long dotted key in [config]', `[config]\n${'a.'.repeat(400_000)}a = 1`],
  [
    'a hundred thousand unknown keys',
    Array.from({ length: 80_000 }, (_, i) => `a${i} = 1`).join('\n'),
  ],
  [
    'many keys under a long header',
    `[${'a.'.repeat(200_000)}a]\n${Array.from({ length: 40_000 }, (_, i) => `k${i}=1`).join('\n')}`,
  ],
  ['many tables', '[[a]]\n'.repeat(170_000)],
  ['blank lines', '\n'.repeat(1_000_000)],
  ['comments', '#\n'.repeat(500_000)],
  ['a long word', `[plugin]\n${'i'.repeat(500_000)} = 1\nid = "${'a'.repeat(400_000)}"`],
  ['a long range', `[compatibility]\nhost = "${'1 '.repeat(400_000)}"`],
  ['a long address', `[permissions]\nnetwork = ["${'a'.repeat(500_000)}"]`],
])('%s at the size limit are handled like anything else', (_name, text) => {
  survives(text);
});
