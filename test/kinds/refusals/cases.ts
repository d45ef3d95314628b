import type { Kind } from '../../../src/abi/index.js';
import type { Trust } from '../../../src/registry/index.js';

/** A registration that is judged. */
export interface Case {
  readonly kind: Kind;
  readonly name: string;
  /** JSON text. */
  readonly spec: string;
  readonly trust?: Trust;
}

/** What stands at each key in turn, whatever the key wants. */
const VALUES: readonly unknown[] = [
  ...[null, true, false, 0, 5, -1, 1.5, 2 ** 53, -(2 ** 53)],
  ...['', ' ', 'x', 'two\nlines', '\u001b[31m', 'a b', 'y'.repeat(120)],
  ...[[], [null], [''], ['x'], [['x']], [{}]],
  ...[{}, { type: 'array' }, { type: 5 }, { x: 1 }],
];

/** The same for places inside of a spec. */
const INSIDE: readonly unknown[] = [null, true, 5, '', ' ', 'x', 'two\nlines', [], {}, { x: 1 }];

/** Texts that are not objects, not JSON, or too deep. */
const WHOLES: readonly string[] = [
  ...['', '{', '{"description":', 'null', 'true', '5', '"x"', '[]', '[{}]', '{}'],
  `{"x":${'['.repeat(127)}${']'.repeat(127)}}`,
  `{"x":${'['.repeat(128)}${']'.repeat(128)}}`,
  `{"x":${'['.repeat(50_000)}${']'.repeat(50_000)}}`,
];

/** Keys that the kinds do not have; JSON has an own key __proto__. */
const UNKNOWN = ['zebra', 'descripton', 'constructor', '__proto__', 'a"b\n', ''];

interface KindCases {
  readonly name: string;
  /** A spec that is taken. */
  readonly good: Readonly<Record<string, unknown>>;
  readonly keys: readonly string[];
  /** Each puts a value at a place inside of a spec. */
  readonly inside?: readonly ((value: unknown) => object)[];
  readonly more?: readonly Readonly<Record<string, unknown>>[];
}

const DEMO_PATTERN = { properties: { a: { pattern: '(?=a)a' } } };

const KINDS: Partial<Record<Kind, KindCases>> = {
  tool: {
    name: 't',
    good: { description: 'd' },
    keys: [
      ...['description', 'parameters', 'output', 'result', 'guideline', 'permissions', 'hints'],
      ...['cache_ttl_ms', 'on_error'],
    ],
    inside: [
      (readOnly) => ({ hints: { readOnly } }),
      (destructive) => ({ hints: { destructive } }),
      (idempotent) => ({ hints: { idempotent } }),
      (readonly) => ({ hints: { readonly, zebra: 1 } }),
      (ttl) => ({ cache_ttl_ms: ttl, hints: { idempotent: true } }),
      (permission) => ({ permissions: ['a', permission] }),
      (a) => ({ parameters: { properties: { a } } }),
      (items) => ({ output: { type: 'array', items } }),
    ],
    more: [
      { paramters: {}, outputs: 1, cache_ttl: 5 },
      { cache_ttl_ms: 5, hints: {} },
      { cache_ttl_ms: 5, hints: { idempotent: false } },
      { cache_ttl_ms: 5, hints: 'x' },
      ...[-5, 1.5, 2 ** 53 - 1, 2 ** 53].map((ttl) => ({
        cache_ttl_ms: ttl,
        hints: { idempotent: true },
      })),
      { result: 'data', output: {} },
      { result: 'content' },
      { result: 'content', output: {} },
      { permissions: ['x', 'x'] },
      { permissions: Array.from({ length: 300 }, () => 5) },
      { parameters: { minLength: 'many' }, output: { minLength: 'many' } },
      { description: ' ', parameters: { type: 'array', properties: { a: { type: 'text' } } } },
      {
        ...{ description: '  ', output: 'number', guideline: 5, permissions: ['network', 7] },
        ...{ parameters: { type: 'array', properties: { a: { type: 'text' } } } },
        ...{ hints: { readOnly: 'yes', zebra: 1 }, cache_ttl_ms: -1, on_error: 1, zebra: 1 },
      },
      { parameters: DEMO_PATTERN, output: DEMO_PATTERN },
    ],
  },
  hook: {
    name: 'OnError',
    good: {},
    keys: ['description', 'priority', 'before', 'after'],
    inside: [(id) => ({ before: ['a', id] })],
    more: [
      { prority: 1 },
      { before: 'demo' },
      { before: ['demo'], after: ['a', 'demo'] },
      { before: 'host', after: 'Upper' },
      { before: ['registry', 'a', 'a'] },
      { description: 5, priority: 'first', before: [5], after: {}, zebra: 1 },
    ],
  },
  middleware: {
    name: 'm',
    good: { chain: 'tool' },
    keys: ['chain', 'order'],
    more: [
      { ordr: 1 },
      { chain: 'tools' },
      { chain: 'message' },
      { chain: 'constructor' },
      { chain: undefined, order: 'first' },
    ],
  },
  command: {
    name: 'c',
    good: { description: 'd' },
    keys: ['description', 'usage', 'args', 'examples', 'requireAuth', 'stdin', 'aliases'],
    inside: [
      (arg) => ({ args: [arg] }),
      (name) => ({ args: [{ name }] }),
      (description) => ({ args: [{ name: 'a', description }] }),
      (required) => ({ args: [{ name: 'a', required }] }),
      (many) => ({ args: [{ name: 'a', many }] }),
      (mandatory) => ({ args: [{ name: 'a', mandatory, require: 1 }] }),
      (example) => ({ examples: [example] }),
      (line) => ({ examples: [{ line, description: 'd' }] }),
      (description) => ({ examples: [{ line: 'l', description }] }),
      (lines) => ({ examples: [{ line: 'l', description: 'd', lines }] }),
      (alias) => ({ aliases: ['a', alias] }),
    ],
    more: [
      { requiresAuth: false },
      { aliases: ['help'] },
      { aliases: ['PLUGINS', 'ok'] },
      { aliases: ['c'] },
      { aliases: ['a', 'A'] },
      { aliases: ['h\u0435lp', '_x', 'y'.repeat(65)] },
      { args: [{ required: 'yes' }, 'file'], examples: [{ line: 'x' }, {}] },
      {
        ...{ description: 1, usage: 'a\nb', args: [{ required: 'yes' }, 'file'] },
        ...{ examples: [{ line: 'x' }], requireAuth: 'no', stdin: 1, aliases: 'y', zebra: 1 },
      },
    ],
  },
  message: { name: 'inbox', good: {}, keys: ['description'] },
  prompt: {
    name: 'p',
    good: { description: 'd' },
    keys: ['title', 'description', 'arguments', 'template', 'file'],
    inside: [
      (argument) => ({ arguments: [argument] }),
      (name) => ({ arguments: [{ name }] }),
      (description) => ({ arguments: [{ name: 'a', description }] }),
      (required) => ({ arguments: [{ name: 'a', required }] }),
      (complete) => ({ arguments: [{ name: 'a', complete }] }),
      (each) => ({ arguments: [{ name: 'a', complete: ['x', each] }] }),
      (optional) => ({ arguments: [{ name: 'a', optional, require: 1 }] }),
    ],
    more: [
      { template: 'See {{a}} and \\{{b}}', arguments: [{ name: 'a' }] },
      { template: 'one\ntwo {{fiel}} {{zebra}} {{', arguments: [{ name: 'file' }] },
      { template: 'no place', arguments: [{ name: 'file' }] },
      { arguments: [{ name: 'a' }, { name: 'b' }, { name: 'a' }] },
      { template: 'x', file: 'x.md' },
      { titel: 'x', templat: 'x' },
      { description: ' ', title: 5, arguments: [{}, { name: 'a b' }], template: '' },
    ],
  },
  context: {
    name: 'c',
    good: { description: 'd' },
    keys: ['title', 'description', 'uriTemplate', 'mime'],
    more: [
      ...['notes:{query}', 'notes://{+query}', 'notes://x/{query}/y', 'notes://all', 'x:'].map(
        (uriTemplate) => ({ uriTemplate }),
      ),
      ...['{query}', 'x:{query}{query}', 'x:{name}', 'x:{?query}', 'x:a b', '1x:a'].map(
        (uriTemplate) => ({ uriTemplate }),
      ),
      ...['text/markdown', 'text/plain; charset=utf-8', 'text', 'text/', 'a/b/c', 'a b/c'].map(
        (mime) => ({ mime }),
      ),
      { uritemplate: 'x:', mimeType: 'text/plain' },
    ],
  },
};

/** All specs of a kind, each once. */
export function casesOf(kind: Kind): Case[] {
  const { name, good, keys, inside = [], more = [] } = KINDS[kind] as KindCases;
  const put = (key: string) => (value: unknown) => ({ [key]: value });
  const specs = [
    ...[...keys.map(put)].flatMap((make) => VALUES.map(make)),
    ...inside.flatMap((make) => INSIDE.map(make)),
    ...UNKNOWN.map((key) => put(key)(1)),
    ...more,
  ];
  const texts = new Set([...WHOLES, ...specs.map((spec) => JSON.stringify({ ...good, ...spec }))]);
  const cases = Array.from(texts, (spec): Case => ({ kind, name, spec }));
  const depending = cases.filter(({ spec }) => spec.includes('pattern') || spec === '{}');
  return [...cases, ...depending.map((each): Case => ({ ...each, trust: 'untrusted' }))];
}

/** Batches of registrations whose names are judged. */
export const NAMES: readonly (readonly Case[])[] = [
  [{ kind: 'tool', name: 'a b', spec: '{}' }],
  [{ kind: 'tool', name: '', spec: '{"description":"d"}' }],
  [{ kind: 'command', name: 'help', spec: '{}' }],
  [{ kind: 'command', name: 'Tools', spec: '{"description":"d","aliases":["HELP","x"]}' }],
  [{ kind: 'hook', name: 'BeforeTool', spec: '{}' }],
  [{ kind: 'hook', name: 'before_tool_execute', spec: '{}' }],
  [{ kind: 'server', name: 's', spec: '{}' }],
  [{ kind: 'future' as Kind, name: 's', spec: '{' }],
  ...(['tool', 'command', 'hook', 'middleware', 'message', 'prompt', 'context'] as const).map(
    (kind) =>
      ['OnError', 'OnError', 'ONERROR'].map((name): Case => {
        return { kind, name, spec: '{"description":"d","chain":"tool"}' };
      }),
  ),
  [
    { kind: 'command', name: 'one', spec: '{"description":"d","aliases":["two","three"]}' },
    { kind: 'command', name: 'TWO', spec: '{"description":"d","aliases":["Three"]}' },
  ],
  Array.from({ length: 12 }, (_, i): Case => ({ kind: 'tool', name: `t${i}`, spec: '{}' })),
];
