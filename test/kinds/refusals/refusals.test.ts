import { expect, test } from 'vitest';
import { AisopodError } from '../../../src/base/errors/index.js';
import { KIND_DEFINITIONS } from '../../../src/kinds/index.js';
import { judgeBatch, type RegistrationFault } from '../../../src/registry/index.js';
import { makePlugin, makeRaw } from '../../registry/make-batch.js';
import { makeGeneration } from '../../support/generations.js';
import { type Case, casesOf, NAMES } from './cases.js';

// Each .txt here is what authors of plugins read about a broad table of specs, in the words of the host.
// After a change of the words: npx vitest run test/kinds/refusals -u, and read the difference.

test.each(['tool', 'hook', 'middleware', 'command', 'message', 'prompt', 'context'] as const)(
  'specs of the kind %s are taken or refused with the recorded words',
  async (kind) => {
    const lines = casesOf(kind).map((each) => `${headOf(each)}\n${judged([each]).join('')}`);
    await expect(lines.join('')).toMatchFileSnapshot(`./${kind}.txt`);
  },
);

test('names are taken or refused with the recorded words', async () => {
  const lines = NAMES.map((batch) => {
    const heads = batch.map((each) => `${each.kind} "${each.name}" ${headOf(each)}\n`);
    return heads.join('') + judged(batch, true).join('');
  });
  await expect(lines.join('')).toMatchFileSnapshot('./names.txt');
});

const generation = makeGeneration('demo');
const headOf = ({ spec, trust }: Case) => short(spec) + (trust ? ` of a plugin ${trust}` : '');

/** What becomes of a batch, in lines. */
function judged(batch: readonly Case[], withMessage = false): string[] {
  const plugin = makePlugin('demo', { trust: batch[0]?.trust ?? 'trusted' });
  const raws = batch.map(({ kind, name, spec }) => makeRaw(kind, name, spec));
  try {
    const { entries, warnings } = judgeBatch(plugin, raws, KIND_DEFINITIONS, generation, true);
    const taken = entries.map(({ spec, ordinal, aliases }) =>
      short(`  ${ordinal === 0 ? '' : `${ordinal} `}${sorted({ ...spec, aliases })}`),
    );
    return [...taken, ...warnings.map(({ message }) => `  warning: ${message}`)].map(ended);
  } catch (error) {
    if (!AisopodError.is(error)) return [`  thrown ${(error as Error).name}\n`];
    const { faults } = error.details as { faults: readonly RegistrationFault[] };
    const lines = faults.slice(0, 12).map(faultLine);
    if (faults.length > 12) lines.push(`  ${faults.length} in all`);
    if (withMessage) lines.push(error.message.replaceAll(/^/gm, '  | '));
    return lines.map(ended);
  }
}

/** JSON whose keys are in order at its top, since the order of a spec's keys says nothing. */
function sorted(spec: object): string {
  return JSON.stringify(Object.fromEntries(Object.entries(spec).sort()));
}

const ended = (line: string) => `${line}\n`;

function faultLine({ code, path, message, expected, found }: RegistrationFault): string {
  // The rest is what the version of V8 says.
  const text = message.replace(/(?<=is not JSON: ).*/s, '...');
  const details = [expected && `expected ${expected}`, found !== undefined && `found ${found}`];
  const more = details.filter(Boolean).join(', ');
  return short(`  ${code} "${path}": ${text}${more && ` (${more})`}`);
}

function short(text: string): string {
  return text.length > 300 ? `${text.slice(0, 250)}... (${text.length} characters)` : text;
}
