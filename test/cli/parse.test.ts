import { describe, expect, test } from 'vitest';
import { parseCommandLine } from '../../src/cli/parse.js';

describe('a command line', () => {
  test('has its options anywhere', () => {
    const line = parseCommandLine([
      '--json',
      'tools',
      '--plugin',
      'a',
      'call',
      'x',
      '-',
      '--plugin=b',
      '-v',
    ]);
    expect(line.words).toEqual(['tools', 'call', 'x', '-']);
    expect(line.options).toMatchObject({
      json: true,
      verbose: true,
      plugin: ['a', 'b'],
      stream: false,
    });
    expect(line.given).toEqual(['json', 'plugin', 'verbose']);
    expect(line.fault).toBeNull();
  });

  test('has words only after --', () => {
    expect(parseCommandLine(['tools', 'call', '--', '--json']).words).toEqual([
      'tools',
      'call',
      '--json',
    ]);
  });

  test.each([
    [['--nope'], { option: '--nope', kind: 'unknown' }],
    [['-x'], { option: '-x', kind: 'unknown' }],
    [['--constructor'], { option: '--constructor', kind: 'unknown' }],
    [['--home'], { option: '--home', kind: 'needs a value' }],
    [['--home='], { option: '--home', kind: 'needs a value' }],
    [['--home', '--strict'], { option: '--home', kind: 'needs a value' }],
    [['--strict=yes'], { option: '--strict', kind: 'takes no value' }],
  ])('of %j has a fault', (args, fault) => {
    expect(parseCommandLine(args).fault).toEqual(fault);
  });

  test('with a fault still says whether JSON is wanted', () => {
    for (const args of [
      ['--nope', '--json'],
      ['--home', '--json'],
    ]) {
      expect(parseCommandLine(args).options.json).toBe(true);
    }
  });

  test('takes a value that looks like an option when = says so', () => {
    expect(parseCommandLine(['--home=--odd']).options.home).toBe('--odd');
  });
});
