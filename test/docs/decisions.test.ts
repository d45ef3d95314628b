import { expect, test } from 'vitest';
import { filesBelow, read } from './pages.js';

const FOLDER = 'docs/decisions/';
const decisions = filesBelow(FOLDER.slice(0, -1), '.md')
  .filter((file) => file !== `${FOLDER}README.md`)
  .map((file) => ({
    name: file.slice(FOLDER.length),
    match: /^# (\d+)\. (.+)\n\nDecided (\d{4}-\d\d-\d\d)\.\n\n\S/.exec(read(file)),
  }));

test('each decision has a number, a title and a date, and is named after its number', () => {
  const wrong = decisions.filter(
    ({ name, match }) => match === null || !name.startsWith(`${match[1]?.padStart(3, '0')}-`),
  );
  expect(wrong.map(({ name }) => name)).toEqual([]);
});

test('the numbers of decisions have no gap and no double', () => {
  expect(decisions.map(({ match }) => Number(match?.[1]))).toEqual(decisions.map((_, i) => i + 1));
});

test('docs/decisions/README.md lists every decision', () => {
  const rows = Array.from(read(`${FOLDER}README.md`).matchAll(/^\| \d.*$/gm), ([row]) => row);
  expect(rows).toEqual(
    decisions.map(
      ({ name, match }) => `| ${match?.[1]} | ${match?.[3]} | [${match?.[2]}](${name}) |`,
    ),
  );
});
