import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { MessageType, Moment } from '../../src/abi/messages.js';
import { OpenOutcome } from '../../src/loaders/native/open-outcome.js';

const read = (file: string) =>
  readFileSync(new URL(`../../native/${file}`, import.meta.url), 'utf8');

/** The enumerators of an enum, in order. Values may be written as a number or as a shift of 1. */
function enumerators(source: string, name: string): [string, number][] {
  const body = new RegExp(`enum (?:class )?${name}[^{]*\\{([^}]*)\\}`).exec(source)?.[1] ?? '';
  return [...body.matchAll(/(\w+) =\s+(?:1u << )?(\d+)/g)].map(([text, key, value]) => [
    key as string,
    text.includes('<<') ? 1 << Number(value) : Number(value),
  ]);
}

const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

describe('the constants of the core in TypeScript', () => {
  it('has every type of message under its number', () => {
    const found = enumerators(read('core/environment/message.h'), 'MessageType');
    expect(found.length).toBeGreaterThan(10);
    expect(Object.entries(MessageType).map(([key, value]) => [snake(key), value])).toEqual(found);
  });

  it('has every outcome of an opening under its number', () => {
    const found = enumerators(read('core/opening/wanted_library.h'), 'OpenOutcome');
    expect(found.length).toBeGreaterThan(5);
    expect(Object.entries(OpenOutcome).map(([key, value]) => [snake(key), value])).toEqual(found);
  });

  it('has every moment under its number', () => {
    const found = enumerators(read('core/instance/instance.h'), 'Moment');
    expect(Object.values(Moment)).toEqual(found.map(([, value]) => value));
    expect(found.map(([key]) => key)).toEqual([
      'create',
      'on_register',
      'on_init',
      'dispose',
      'configure',
    ]);
  });
});
