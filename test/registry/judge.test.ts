import { describe, expect, it } from 'vitest';
import { AisopodError } from '../../src/base/errors/index.js';
import { table } from '../../src/base/shape/index.js';
import {
  judgeBatch,
  type KindDefinition,
  type RegistrationFault,
} from '../../src/registry/index.js';
import { makeGeneration } from '../support/generations.js';
import { ANYTHING, makePlugin, makeRaw, withRules } from './make-batch.js';

const generation = makeGeneration('p');
const plugin = makePlugin('demo');
const toolsWith = (rules: Partial<KindDefinition>) =>
  new Map([['tool' as const, withRules('tool', rules)]]);

function refusal(
  raws: Parameters<typeof judgeBatch>[1],
  definitions = ANYTHING,
): { error: AisopodError; faults: RegistrationFault[] } {
  try {
    judgeBatch(plugin, raws, definitions, generation);
  } catch (error) {
    if (!AisopodError.is(error)) throw error;
    return { error, faults: (error.details as { faults: RegistrationFault[] }).faults };
  }
  throw new Error('the batch was taken');
}

describe('judgeBatch', () => {
  it('makes an entry of each registration, in order, with its full name', () => {
    const add = makeRaw('tool', 'add', '{"x":1}', 2);
    const { entries } = judgeBatch(plugin, [add, makeRaw('command', 'add')], ANYTHING, generation);
    expect(entries.map((e) => [e.kind, e.name, e.fullName])).toEqual([
      ['tool', 'add', 'demo:add'],
      ['command', 'add', 'demo:add'],
    ]);
    expect(entries[0]).toMatchObject({
      plugin,
      token: add.token,
      flags: 2,
      ordinal: 0,
      spec: { x: 1 },
    });
    expect(Object.isFrozen(entries[0])).toBe(true);
  });

  it('takes one message of a plugin, and refuses a second one whatever its name', () => {
    const [first, second] = [makeRaw('message', 'inbox'), makeRaw('message', 'other')];
    expect(judgeBatch(plugin, [first], ANYTHING, generation).entries).toHaveLength(1);
    expect(refusal([first, second]).faults).toMatchObject([
      { kind: 'message', name: 'other', message: expect.stringContaining('at most one message') },
    ]);
  });

  it.each(['a', 'A1', '0', 'add-all_2', 'x'.repeat(64), 'constructor', 'toString'])(
    'takes the name %s',
    (name) => {
      expect(
        judgeBatch(plugin, [makeRaw('tool', name)], ANYTHING, generation).entries,
      ).toHaveLength(1);
    },
  );

  it.each([
    ['', 'the name is empty'],
    ['_add', 'begins with neither'],
    ['-add', 'begins with neither'],
    ['__proto__', 'begins with neither'],
    ['x'.repeat(65), 'it has 65 characters'],
    ['add all', 'character 4 is " " (U+0020)'],
    ['add:all', 'character 4 is ":" (U+003A)'],
    ['h\u0435lp', 'character 2 is "\u0435" (U+0435)'],
    ['add\n', 'character 4 is "\\n" (U+000A)'],
    ['\u{1F600}', 'character 1 is "\u{1F600}" (U+1F600)'],
    ['K\u212Aelvin', 'character 2 is "\u212A" (U+212A)'],
  ])('refuses the name %j and points at what is wrong', (name, message) => {
    const { error, faults } = refusal([makeRaw('tool', name)]);
    expect(error.code).toBe('REGISTRATION_INVALID');
    expect(faults).toHaveLength(1);
    expect(faults[0]?.message).toContain(message);
  });

  it('refuses the same name twice', () => {
    const { faults } = refusal([makeRaw('tool', 'add'), makeRaw('tool', 'add')]);
    expect(faults[0]?.message).toContain('registered twice');
  });

  it('refuses Foo beside foo in one plugin, naming both', () => {
    const { faults } = refusal([makeRaw('tool', 'Foo'), makeRaw('tool', 'foo')]);
    expect(faults).toEqual([
      expect.objectContaining({ name: 'foo', message: expect.stringContaining('"Foo"') }),
    ]);
  });

  it('lets one name stand for two kinds', () => {
    const batch = judgeBatch(
      plugin,
      [makeRaw('tool', 'a'), makeRaw('command', 'a')],
      ANYTHING,
      generation,
    );
    expect(batch.entries).toHaveLength(2);
  });

  it('numbers hooks and middleware that repeat a name', () => {
    const raws = ['OnError', 'OnError', 'PreLlmCall', 'OnError'].map((n) => makeRaw('hook', n));
    const { entries } = judgeBatch(plugin, raws, ANYTHING, generation);
    expect(entries.map((e) => e.ordinal)).toEqual([0, 1, 0, 2]);
  });

  it('refuses a kind without a consumer instead of dropping it', () => {
    const { error } = refusal([makeRaw('tool', 'a'), makeRaw('server', 's')]);
    expect(error.message).toContain('does not support registrations of kind "server"');
  });

  it('reports all faults of all registrations at once', () => {
    const definitions = toolsWith({
      check(_, { name, refuse }) {
        if (name !== 'bad') return {};
        refuse('/parameters/type', 'first', { code: 'SCHEMA_INVALID' });
        refuse('/description', 'second');
        return {};
      },
    });
    const { error, faults } = refusal(
      [makeRaw('tool', 'bad'), makeRaw('tool', 'b c'), makeRaw('tool', 'good')],
      definitions,
    );
    expect(error.code).toBe('REGISTRATION_INVALID');
    expect(faults.map((f) => [f.name, f.path])).toEqual([
      ['bad', '/parameters/type'],
      ['bad', '/description'],
      ['b c', ''],
    ]);
    for (const part of ['plugin demo', '/parameters/type', 'first', 'second', '"b c"']) {
      expect(error.message.toLowerCase()).toContain(part);
    }
  });

  describe('of a schema that the host cannot use', () => {
    const definitions = toolsWith({
      check(_, { name, refuse }) {
        if (name.startsWith('odd')) refuse('/parameters', 'is odd', { code: 'SCHEMA_INVALID' });
        if (name === 'odd-and-wrong') refuse('/description', 'is wrong');
        return {};
      },
    });

    it('leaves that registration out, and warns of it', () => {
      const raws = ['odd', 'good'].map((name) => makeRaw('tool', name));
      const { entries, leftOut, warnings } = judgeBatch(plugin, raws, definitions, generation);
      expect(entries.map(({ name }) => name)).toEqual(['good']);
      expect(warnings).toEqual([
        {
          code: 'SCHEMA_INVALID',
          plugin: 'demo',
          kind: 'tool',
          name: 'odd',
          message:
            'Plugin demo runs without its tool "odd", since the host cannot use the schema of it:\n' +
            '  /parameters: is odd',
          details: {
            plugin: 'demo',
            faults: [
              {
                kind: 'tool',
                name: 'odd',
                code: 'SCHEMA_INVALID',
                path: '/parameters',
                message: 'is odd',
              },
            ],
          },
        },
      ]);
      expect(leftOut).toEqual([
        { kind: 'tool', name: 'odd', fullName: 'demo:odd', warning: warnings[0] },
      ]);
    });

    it('refuses the batch when it is strict: SCHEMA_INVALID', () => {
      const raws = ['odd', 'good'].map((name) => makeRaw('tool', name));
      expect(() => judgeBatch(plugin, raws, definitions, generation, true)).toThrow(
        expect.objectContaining({ code: 'SCHEMA_INVALID' }),
      );
    });

    it.each([
      ['in the same registration', ['odd-and-wrong']],
      ['in another one', ['odd', 'a b']],
      ['of its name', ['odd', 'odd']],
    ])('refuses the batch for another fault %s', (_, names) => {
      const raws = names.map((name) => makeRaw('tool', name));
      const { error, faults } = refusal(raws, definitions);
      expect(error.code).toBe('REGISTRATION_INVALID');
      expect(faults.map(({ code }) => code)).toContain('SCHEMA_INVALID');
    });
  });

  it('keeps the message short and the details whole when there are many faults', () => {
    const { error, faults } = refusal(Array.from({ length: 50 }, () => makeRaw('tool', 'a b')));
    expect(faults.length).toBeGreaterThanOrEqual(50);
    expect(error.message).toMatch(/and \d+ more$/);
    expect(error.message.split('\n')).toHaveLength(12);
  });

  it('hands on what a shape finds odd, as a warning that names plugin and tool', () => {
    const definitions = toolsWith({ spec: table({}) });
    const raws = [makeRaw('tool', 'a', '{"odd":1}')];
    expect(judgeBatch(plugin, raws, definitions, generation).warnings).toEqual([
      expect.objectContaining({ plugin: 'demo', name: 'a', message: expect.stringMatching(/odd/) }),
    ]);
  });
});
