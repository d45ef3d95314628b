import { show } from '../../../base/text/index.js';

/** Where a text stops being JSON. */
export interface JsonFault {
  /** The first character is 1. */
  readonly position: number;
  readonly line: number;
  readonly column: number;
  readonly found: string;
  readonly expected: string;
}

// One token after white space: punctuation, string, number, word. As RFC 8259 has them.
const TOKEN =
  /[ \t\n\r]*(?:([{}[\],:])|("(?:[^"\\\p{Cc}]|[\x7f-\x9f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)/uy;
const BLANK = /[ \t\n\r]*/y;

/** What may come next; the words are those of the message. */
const EXPECTED = {
  value: 'a value',
  'value or ]': 'a value or ]',
  key: 'a key in double quotes',
  'key or }': 'a key in double quotes or }',
  colon: 'a colon',
  'comma or ]': 'a comma or ]',
  'comma or }': 'a comma or }',
  end: 'nothing more',
} as const;

type State = keyof typeof EXPECTED;

/** Finds the first place at which `text` is not JSON; null when it is. */
export function findJsonFault(text: string): JsonFault | null {
  const open: string[] = [];
  let state: State = 'value';
  let at = 0;
  for (;;) {
    BLANK.lastIndex = at;
    BLANK.exec(text);
    const start = BLANK.lastIndex;
    TOKEN.lastIndex = start;
    const token = TOKEN.exec(text);
    if (state === 'end' && start === text.length) return null;
    const next: State | null =
      token && step(state, token[1] ?? (token[2] ? 'string' : 'scalar'), open);
    if (!next) return faultAt(text, start, EXPECTED[state]);
    state = next;
    at = TOKEN.lastIndex;
  }
}

/** The state after a token, or null when it may not stand there. */
function step(state: State, token: string, open: string[]): State | null {
  const after = (): State => {
    const inside = open.at(-1);
    return inside === undefined ? 'end' : inside === '[' ? 'comma or ]' : 'comma or }';
  };
  const close = (): State => {
    open.pop();
    return after();
  };
  switch (state) {
    case 'value':
    case 'value or ]':
      if (token === ']') return state === 'value or ]' ? close() : null;
      if (token === '{' || token === '[') {
        open.push(token);
        return token === '{' ? 'key or }' : 'value or ]';
      }
      return token === 'string' || token === 'scalar' ? after() : null;
    case 'key':
    case 'key or }':
      if (token === '}') return state === 'key or }' ? close() : null;
      return token === 'string' ? 'colon' : null;
    case 'colon':
      return token === ':' ? 'value' : null;
    case 'comma or ]':
      return token === ',' ? 'value' : token === ']' ? close() : null;
    case 'comma or }':
      return token === ',' ? 'key' : token === '}' ? close() : null;
    case 'end':
      return null;
  }
}

function faultAt(text: string, index: number, expected: string): JsonFault {
  const before = text.slice(0, index).split('\n');
  return {
    position: index + 1,
    line: before.length,
    column: (before.at(-1) ?? '').length + 1,
    found: describe(text, index),
    expected,
  };
}

/** The word or sign at a place; short, whatever stands there. */
function describe(text: string, index: number): string {
  if (index >= text.length) return 'the end';
  // A whole string would have been a token.
  if (text[index] === '"') return 'a string that does not end, or is not written as JSON wants it';
  const [word] = text.slice(index, index + 16).split(/[\s,:[\]{}"]/, 1);
  return show(word || String.fromCodePoint(text.codePointAt(index) ?? 0));
}
