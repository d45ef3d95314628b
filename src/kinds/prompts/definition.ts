import { readInside } from '../../base/files/index.js';
import { isObject } from '../../base/json/index.js';
import {
  flag,
  list,
  maybe,
  optional,
  type Read,
  required,
  type Shape,
  string,
  table,
  text,
  value,
} from '../../base/shape/index.js';
import { type KindDefinition, NAME, type SpecContext } from '../../registry/index.js';
import { parseTemplate, type Template } from './template.js';

/** An argument of a prompt; its value is text. */
export interface PromptArgument {
  readonly name: string;
  readonly description?: string | undefined;
  readonly required: boolean;
  /** Values to choose from, which do not exclude others; or whether the handler answers `complete`. */
  readonly complete: readonly string[] | boolean;
}

/** The spec of a prompt after it was judged; frozen all the way down. */
export interface PromptSpec {
  readonly title?: string | undefined;
  readonly description: string;
  readonly arguments: readonly PromptArgument[];
  /** null: the handler makes the messages. */
  readonly template: Template | null;
  /** Path of the file that the template comes from. */
  readonly file?: string | undefined;
}

/** Bytes of a file with a template. */
const MOST_BYTES = 64 * 1024;
const NONE: readonly never[] = Object.freeze([]);

// Linear in the length, whatever stands there.
const line = string('one line of text', /^(?=[\s\S]*\S)\P{Cc}*$/u);

const completion: Shape<readonly string[] | boolean> = value({
  expected: 'a list of texts, true or false',
  schema: { anyOf: [{ type: 'boolean' }, { type: 'array', items: { type: 'string' } }] },
  convert: (found) => {
    if (typeof found === 'boolean') return found;
    const isList = Array.isArray(found) && found.every((each) => typeof each === 'string');
    return isList ? Object.freeze([...found]) : undefined;
  },
});

const argument: Shape<PromptArgument> = table(
  {
    name: required(
      text('a name of A-Z, a-z, 0-9, "_" and "-"', NAME, 64),
      'What callers and the template call it',
    ),
    description: maybe(line, 'What it means'),
    required: optional(flag, false, 'Whether it must be given; absent: false'),
    complete: optional(
      completion,
      false,
      'Values to choose from; true: the handler answers the method complete; absent: false',
    ),
  },
  'an object: {"name": "file", "required": true}',
  { open: true },
);

const spec = table(
  {
    title: maybe(line, 'What people see in place of the name'),
    description: required(
      string('text that is not blank', /\S/),
      'What the prompt is for',
      'say in a sentence what the prompt is for',
    ),
    arguments: optional(list(argument, { expected: 'a list' }), NONE, 'What fills its places'),
    template: maybe(
      string('text that is not blank', /\S/),
      'The text of the prompt, with places such as {{file}} for arguments',
    ),
    file: maybe(
      string('the path of a file in the folder of the plugin, such as "prompts/review.md"', /\S/),
      'The file with the template, at most 64 KiB of UTF-8',
    ),
  },
  'an object: {"description": "...", "template": "..."}',
  { open: true },
);

/** A text for a model that people and programs ask for by name. */
export const promptDefinition: KindDefinition<PromptSpec, Read<typeof spec>> = {
  kind: 'prompt',
  names: 'unique',
  caseCounts: true,
  methods: ['invoke', 'complete'],
  registrar: {
    member: 'registerPrompt',
    adapt: (given, code) => ({ spec: given, code: hasTemplate(given) ? withInvoke(code) : code }),
  },
  spec,
  rules: { not: { required: ['template', 'file'] } },
  check(read, context) {
    const { title, description, arguments: args } = read;
    const given = templateText(read, context);
    const names = args?.map(({ name }) => name) ?? [];
    refuseEqual(names, context);
    const isKnown = args !== undefined && names.every((name) => name !== undefined);
    const template = given && isKnown ? parsed(given, names, context) : null;
    return Object.freeze({
      ...(title !== undefined && { title }),
      description,
      arguments: args,
      template,
      ...(read.file !== undefined && { file: read.file }),
    });
  },
  readsFile: ({ file }) => file !== undefined,
};

interface GivenTemplate {
  readonly text: string;
  /** That it stands in. */
  readonly key: 'template' | 'file';
}

/** The text of the template, and the key that it comes from; null: there is none, or it was refused. */
function templateText(
  {
    template,
    file,
  }: { readonly template?: string | undefined; readonly file?: string | undefined },
  { plugin, refuse }: SpecContext,
): GivenTemplate | null {
  if (template !== undefined && file !== undefined) {
    refuse('', 'the template stands in "template" or in "file", not in both');
    return null;
  }
  if (template !== undefined) return { text: template, key: 'template' };
  if (file === undefined) return null;
  const { folder } = plugin;
  if (folder === undefined) {
    refuse('/file', 'the plugin has no folder; read the file, and give its text as "template"');
    return null;
  }
  try {
    const bytes = readInside(folder, file, MOST_BYTES);
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), key: 'file' };
  } catch (error) {
    refuse('/file', `the template cannot be read: ${whyUnread(error)}`);
    return null;
  }
}

function whyUnread(error: unknown): string {
  if (error instanceof TypeError) return 'it is not UTF-8';
  const { code, message } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' ? 'there is no such file' : message;
}

function parsed(
  { text, key }: GivenTemplate,
  names: readonly string[],
  { refuse, warn }: SpecContext,
): Template {
  const template = parseTemplate(text, names, (message) => refuse(`/${key}`, message));
  const used = new Set(template.map((part) => (typeof part === 'string' ? null : part.argument)));
  names.forEach((name, i) => {
    if (!used.has(name)) warn(`/arguments/${i}`, `the template has no place for "${name}"`);
  });
  return template;
}

function refuseEqual(names: readonly (string | undefined)[], { refuse }: SpecContext): void {
  names.forEach((name, i) => {
    if (name !== undefined && names.indexOf(name) < i) {
      refuse(`/arguments/${i}/name`, `the argument "${name}" is there already`);
    }
  });
}

function hasTemplate(given: unknown): boolean {
  if (!isObject(given)) return false;
  return given.template !== undefined || given.file !== undefined;
}

/** A template needs no handler, and at most one that completes. */
function withInvoke(code: unknown): unknown {
  if (code === undefined) return () => null;
  if (!isObject(code) || code.complete === undefined || code.invoke !== undefined) return code;
  return { invoke: () => null, complete: code.complete };
}
