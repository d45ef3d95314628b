import { readFileSync } from 'node:fs';
import { HEADER, INLINE_HEADER } from './fixtures.js';

/** A function of plugin.h: a member of a table, or a type of functions that a plugin passes. */
export interface HeaderFunction {
  readonly name: string;
  /** The declaration without AISOPOD_ABI, on one line. */
  readonly declaration: string;
  /** The comment before it. */
  readonly comment: string;
  /** Where it runs or may be called: `[any]`, `[waits]`, ... */
  readonly tags: readonly string[];
}

export interface HeaderStruct {
  readonly name: string;
  readonly members: readonly string[];
  readonly functions: readonly HeaderFunction[];
}

export const headerText = readFileSync(HEADER, 'utf8');
export const inlineText = readFileSync(INLINE_HEADER, 'utf8');

const withoutComments = (text: string) => text.replace(/\/\*.*?\*\//gs, '');
const oneLine = (text: string) => text.replace(/\s+/g, ' ').trim();

/** A member that points to a function, with the comment before it. */
const FUNCTION_MEMBER =
  /((?:\/\*(?:(?!\*\/).)*\*\/\s*)?)^ {2}([\w *]+\(AISOPOD_ABI \*(\w+)\)\([^;]*\));/gms;

function functionOf(name: string, comment: string, declaration: string): HeaderFunction {
  return {
    name,
    declaration: oneLine(declaration.replace(/\(AISOPOD_ABI \*(\w+)\)/, '$1')),
    comment: oneLine(comment.replace(/^\s*\/?\*+\/?| \*\/$/gm, '')),
    tags: [...new Set(Array.from(comment.matchAll(/\[\w+\]/g), ([tag]) => tag))].sort(),
  };
}

/** Where the comment of a function has no tag, that of its struct counts. */
function structOf(name: string, before: string, body: string): HeaderStruct {
  const functions = Array.from(
    body.matchAll(FUNCTION_MEMBER),
    ([, comment = '', declaration = '', own = '']) =>
      functionOf(own, comment.includes('[') ? comment : before, declaration),
  );
  const members = withoutComments(body)
    .split(';')
    .slice(0, -1)
    .flatMap((declaration) => {
      const own = /\(AISOPOD_ABI \*(\w+)\)/.exec(declaration);
      return own ? [own[0].slice('(AISOPOD_ABI *'.length, -1)] : declaration.split(',').map(nameOf);
    });
  return { name, members, functions };
}

/** `message` of `char message[504]`. */
function nameOf(declarator: string): string {
  return /(\w+)(?:\[\d+\])?\s*$/.exec(declarator)?.[1] ?? '';
}

/** The structs of plugin.h with their members, in order. */
export const STRUCTS: readonly HeaderStruct[] = Array.from(
  headerText.matchAll(
    /((?:\/\*(?:(?!\*\/).)*\*\/\n)?)(?:typedef )?struct (aisopod_\w+) \{(.*?)\n\}/gs,
  ),
  ([, before = '', name = '', body = '']) => structOf(name, before, body),
);

/** The types of functions that a plugin passes to the host. */
export const FUNCTION_TYPES: readonly HeaderFunction[] = Array.from(
  headerText.matchAll(
    /(\/\*(?:(?!\*\/).)*\*\/)\n(typedef [\w ]+\(AISOPOD_ABI \*(\w+_fn)\)\([^;]*\));/gs,
  ),
  ([, comment = '', declaration = '', name = '']) => functionOf(name, comment, declaration),
);

/** The macros of plugin.h for authors; those that end in "_" are its own. */
export const MACROS: readonly string[] = [
  ...new Set(
    Array.from(
      headerText.matchAll(/^# *define (AISOPOD_\w*[A-Z0-9])\b/gm),
      ([, name = '']) => name,
    ),
  ),
].filter((name) => name !== 'AISOPOD_PLUGIN_H');

/** The scalar types of plugin.h. */
export const SCALARS: readonly string[] = Array.from(
  headerText.matchAll(/^typedef \w+ (aisopod_\w+);/gm),
  ([, name = '']) => name,
);

/** What plugin_inline.h offers to authors. */
export const INLINES: readonly string[] = [
  ...Array.from(inlineText.matchAll(/^#define (AISOPOD_\w*[A-Z])\(/gm), ([, name = '']) => name),
  ...Array.from(
    inlineText.matchAll(/^static inline [\w ]+?\b(aisopod_\w+)\(/gm),
    ([, n = '']) => n,
  ),
  ...Array.from(
    inlineText.matchAll(/^AISOPOD_REGISTER_\((\w+), /gm),
    ([, word]) => `aisopod_register_${word}`,
  ),
];
