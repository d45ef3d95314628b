import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Status, statusCode } from '../../src/abi/index.js';
import { ERROR_CODES } from '../../src/base/errors/index.js';
import { DOCS } from './schemas.js';
import { sourceTexts, VALUE } from './source-texts.js';

/** Words that no text for a person has, and what is written instead. */
const FORBIDDEN: readonly [RegExp, string][] = [
  [/\bwhoever\b/i, 'the actor: the caller, the host'],
  [/\bnobody\b/i, 'no one that is named: no caller, no user'],
  [/\btold\b/i, 'reports, notifies, sends'],
  [/\b(?:hears?|heard)\b/i, 'receives'],
  [/\banew\b/i, 'again'],
  [/\bbeside\b/i, 'next to'],
  [/(?<!\bthere )\b(?:is|are) no\b(?! longer)/i, 'is not a, are not'],
  [/\b(?:is|are) none\b/i, 'is not one'],
  [/\bthat there (?:is|are)\b/i, 'the available'],
  [/\b(?:let|lets) go\b/i, 'releases'],
  [/\bhas no use for\b/i, 'does not support'],
  [/\bmend/i, 'fix'],
];
const LONGEST_SENTENCE = 25;
const MOST_SENTENCES = 3;

/** Names of the ABI and of JSON Schema, which are one text for the source and no sentence. */
const LISTS = ['base/schema/', 'kinds/commands/reserved.ts', 'packages/manifest/config-table.ts'];

const texts = sourceTexts().filter(({ at }) => !LISTS.some((list) => at.startsWith(list)));

/** Sentences of a text: a command, a JSON sample or a list of faults below it is not counted. */
function sentencesOf(text: string): string[] {
  return text
    .split(/\n+| \/ /)
    .flatMap((line) => line.split(/(?<=[.?!;:])\s+|\s+(?=\()/))
    .map((sentence) => sentence.trim())
    .filter((sentence) => /[a-z]{2} [a-z]/.test(sentence));
}

// What a hint with a command begins with: what to do.
const VERBS = 'Build|Disable|Else make|Fix|Enable|Give|Help|List|Make|Run|Show|run|show'.split('|');

/** Hints that end with a command of ours, without it. */
function hintsOf(text: string): string[] {
  const hints = text.matchAll(/(?:^|[.!?;,] |\n|\()([^.!?\n;(]*?): aisopod [a-z]/g);
  return Array.from(hints, ([, hint = '']) => hint);
}

const wordsOf = (sentence: string) =>
  sentence.split(/\s+/).filter((w) => /[\p{L}◦]/u.test(w)).length;

function faultsOf(text: string): string[] {
  const words = FORBIDDEN.filter(([word]) => word.test(text)).map(([, instead]) => instead);
  const long = sentencesOf(text).filter((sentence) => wordsOf(sentence) > LONGEST_SENTENCE);
  const idle = hintsOf(text).filter(
    (hint) => !VERBS.some((verb) => RegExp(`^${verb}\\b`).test(hint)),
  );
  return [
    ...words.map((word) => `write: ${word}`),
    ...idle.map((hint) => `begin with a verb: ${hint}`),
    ...long.map((each) => `too long: ${each}`),
  ];
}

describe('the rules of plain English', () => {
  test.each([
    ['x is no JSON', 1],
    ['Whoever calls it is told', 2],
    ['There is no tool named "x".', 0],
    ['It failed. Why: aisopod plugins doctor', 1],
    ['It failed. Show why with: aisopod plugins doctor', 0],
    [`${'word '.repeat(26)}`, 1],
    [`${'word '.repeat(20)}end. ${'word '.repeat(20)}`, 0],
  ])('find in %j %i faults', (text, count) => {
    expect(faultsOf(text)).toHaveLength(count);
  });

  test('hold for each text of the source', () => {
    expect(texts.length).toBeGreaterThan(1_000);
    const found = texts.flatMap(({ at, text }) =>
      faultsOf(text).map((fault) => `${at}: ${fault}\n    ${text}`),
    );
    expect(found).toEqual([]);
  });

  test.each(Object.entries(ERROR_CODES))('hold for the line about %s', (_, line) => {
    expect(faultsOf(line)).toEqual([]);
  });
});

describe('the sample of', () => {
  const ofPlugins = new Set<string>([
    ...Object.values(Status).map(statusCode),
    // What comes before or after the plugin's own words is made by the core.
    'CONFIG_REFUSED',
    'CREATE_FAILED',
    'INIT_FAILED',
    'NOT_ANSWERED',
    'REPLY_REFUSED',
  ]);
  const page = readFileSync(`${DOCS}/reference/errors.md`, 'utf8');
  const samples = page
    .split(/^### /m)
    .slice(1)
    .map((entry): [code: string, sample: string] => [
      entry.split('\n', 1)[0] ?? '',
      /^```text\n(.*?)\n```/ms.exec(entry)?.[1] ?? '',
    ]);
  // A template whose fixed words are long enough that only its own message has them.
  const templates = texts
    .map(({ text }) => text.split(VALUE).map((part) => part.trim()))
    .filter((parts) => parts.join('').length > 12);

  test.each(samples)('%s holds to the rules, in three sentences at most', (_, sample) => {
    const [message = ''] = sample.split('\n');
    expect(faultsOf(message)).toEqual([]);
    const sentences = message.match(/[a-z)"][.?!](?= [A-Z]|$)/g) ?? [];
    expect(sentences.length).toBeLessThanOrEqual(MOST_SENTENCES);
  });

  test.each(samples.filter(([code]) => !ofPlugins.has(code)))(
    '%s is a message that the source makes',
    (_, sample) => {
      const flat = sample.replace(/\s+/g, ' ');
      const made = templates.some((parts) => {
        let at = 0;
        return parts.every((part) => {
          const found = flat.indexOf(part.replace(/\s+/g, ' '), at);
          at = found + part.length;
          return found >= 0;
        });
      });
      expect(made).toBe(true);
    },
  );
});
