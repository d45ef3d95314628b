import { nearest, show } from '../../base/text/index.js';

/** A text with places for arguments, in order: text as it is, or the argument that stands there. */
export type Template = readonly (string | { readonly argument: string })[];

// Two backslashes before a place, an escaped begin of one, a place, and a begin without an end.
const TOKEN = /\\\\(?=\{\{)|\\\{\{|\{\{([^{}]*)\}\}|\{\{/g;

/**
 * Reads a template: `{{name}}` is the place of an argument, `\{{` stands for `{{` itself, and `\\{{name}}`
 * for a backslash before a place.
 *
 * @param known names of the arguments
 * @param report receives a sentence part for each place that is wrong
 */
export function parseTemplate(
  text: string,
  known: readonly string[],
  report: (message: string) => void,
): Template {
  const parts: (string | { readonly argument: string })[] = [];
  let literal = '';
  let end = 0;
  for (const { 0: token, 1: inside, index } of text.matchAll(TOKEN)) {
    literal += text.slice(end, index);
    end = index + token.length;
    const name = inside?.trim();
    if (name !== undefined && known.includes(name)) {
      if (literal !== '') parts.push(literal);
      literal = '';
      parts.push(Object.freeze({ argument: name }));
    } else if (token === '\\{{') literal += '{{';
    else if (token === '\\\\') literal += '\\';
    else report(faultText(name, lineOf(text, index), known));
  }
  literal += text.slice(end);
  if (literal !== '') parts.push(literal);
  return Object.freeze(parts);
}

/**
 * Puts arguments into their places. What they say is not looked into, and one that is not given is empty.
 * @param longest UTF-16 units
 * @returns null when the text would be longer
 */
export function fillTemplate(
  template: Template,
  given: Readonly<Record<string, string>>,
  longest: number,
): string | null {
  const texts = template.map((part) =>
    typeof part === 'string' ? part : (given[part.argument] ?? ''),
  );
  const length = texts.reduce((sum, text) => sum + text.length, 0);
  return length > longest ? null : texts.join('');
}

function faultText(name: string | undefined, line: number, known: readonly string[]): string {
  if (name === undefined) {
    return `the "{{" in line ${line} has no end; write \\{{ where no argument is meant`;
  }
  const place = show(`{{${name}}}`);
  const similar = nearest(name, known);
  if (similar !== null) {
    return `${place} in line ${line} is not an argument; did you mean "{{${similar}}}"?`;
  }
  return `${place} in line ${line} is not an argument; list it in "arguments", or write \\{{`;
}

function lineOf(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}
