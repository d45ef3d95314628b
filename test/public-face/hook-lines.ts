// Lines of TypeScript that hold the types of hooks against the schemas and the tables of the code.
import { ALL_HOOK_NAMES, findHook, HOOKS } from '../../src/kinds/hooks/index.js';
import { hookSchemaType } from './schema-types.js';

const PRELUDE = `import type { HookNamed, HookOfMode, HookReply, HookSpellings, HookTypes } from 'aisopod';
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : never;
type Fits<A, B> = A extends B ? true : never;
`;

let lines = 0;

function check(type: string): string {
  lines += 1;
  return `export const line${lines}: ${type} = true;`;
}

// What the host gives to AfterToolExecute is more than what a callback has to give.
const payloads = HOOKS.map(({ name }) => {
  const relation = name === 'AfterToolExecute' ? 'Fits' : 'Same';
  return check(`${relation}<HookTypes['${name}']['payload'], ${hookSchemaType(name, 'payload')}>`);
});

// The answers to DaemonServerRegister are between plugin and embedder.
const replies = HOOKS.filter(
  ({ mode, name }) => mode !== 'observe' && name !== 'DaemonServerRegister',
).map(({ name }) => check(`Same<HookReply<'${name}'>, ${hookSchemaType(name, 'reply')}>`));

const spellings = [
  ...ALL_HOOK_NAMES.map((name) => check(`Same<HookNamed<'${name}'>, '${findHook(name)}'>`)),
  check(`Same<keyof HookSpellings, ${ALL_HOOK_NAMES.map((name) => `'${name}'`).join(' | ')}>`),
];

const modes = HOOKS.map(({ name, mode }) => check(`Fits<'${name}', HookOfMode<'${mode}'>>`));

const wrong = hookSchemaType('OnSessionEnd', 'payload').replace('reason?', 'cause?');

/** Files of such lines, by name. All but the last have to compile. */
export const HOOK_FILES = {
  'payloads.mts': PRELUDE + payloads.join('\n'),
  'replies.mts': PRELUDE + replies.join('\n'),
  'spellings.mts': PRELUDE + spellings.join('\n'),
  'modes.mts': PRELUDE + modes.join('\n'),
  'wrong.mts': PRELUDE + check(`Same<HookTypes['OnSessionEnd']['payload'], ${wrong}>`),
} as const;
