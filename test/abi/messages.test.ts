import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { MessageType, Moment } from '../../src/abi/messages.js';
import { OpenOutcome } from '../../src/loaders/native/opening/open-outcome.js';
import { coreMessages } from '../support/core-messages.js';

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

const messages = coreMessages();

/** The body of MessageFields. */
function mirrored(): string {
  const file = new URL('../../src/abi/messages.ts', import.meta.url);
  const source = readFileSync(file, 'utf8').replaceAll(/\s+/g, ' ');
  return /interface MessageFields \{(.*?)\}/.exec(source)?.[1] ?? '';
}

const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

describe('the constants of the core in TypeScript', () => {
  it('has every type of message under its number', () => {
    expect(messages.length).toBeGreaterThan(10);
    expect(Object.entries(MessageType).map(([key, value]) => [snake(key), value])).toEqual(
      messages.map(({ name, number }) => [name, number]),
    );
  });

  it('has the fields of every type of message in their order, with their types', () => {
    const found = [...mirrored().matchAll(/(\w+): \[([^\]]*)\];/g)].map(([, name, fields]) => [
      snake(name as string),
      [...(fields as string).matchAll(/(\w+): (\w+)/g)].map(([, field, type]) => [
        snake(field as string),
        type,
      ]),
    ]);
    expect(found).toEqual(messages.map(({ name, fields }) => [name, fields]));
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
      'save_state',
      'restore_state',
      'pause',
    ]);
  });
});
