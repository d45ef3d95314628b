import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'oxc-parser';

const SRC = fileURLToPath(new URL('../../src', import.meta.url));

/** Stands for a value that the program puts into a text. */
export const VALUE = '◦';

/** A text of the source that has words of a person. */
export interface SourceText {
  /** `base/errors/codes.ts:12`. */
  readonly at: string;
  /** The whole text, joined where the source joins it, with VALUE for what is filled in. */
  readonly text: string;
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly [member: string]: unknown;
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && 'start' in value;

/** Lists the texts of all files of src with two words at least, from comments neither nor imports. */
export function sourceTexts(): SourceText[] {
  return readdirSync(SRC, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .sort()
    .flatMap((name) => textsOf(name.replaceAll('\\', '/'), readFileSync(join(SRC, name), 'utf8')));
}

/** Lists the texts of one file. */
export function textsOf(name: string, source: string): SourceText[] {
  const texts: SourceText[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    if (!isNode(value) || /^(Import|Export(All|Named)|TSLiteralType)/.test(value.type)) {
      if (isNode(value) && value.type === 'ExportNamedDeclaration') visit(value.declaration);
      return;
    }
    const parts = partsOf(value);
    if (parts === null) {
      for (const member of Object.values(value)) visit(member);
      return;
    }
    const text = parts.map((part) => (typeof part === 'string' ? part : VALUE)).join('');
    if (/\w+ +\w+|\w+ ◦/.test(text)) {
      const line = source.slice(0, value.start).split('\n').length;
      texts.push({ at: `${name}:${line}`, text });
    }
    for (const part of parts) if (typeof part !== 'string') visit(part);
  };
  visit(parseSync(name, source).program);
  return texts;
}

/** The texts and expressions that a text is joined from, or null when it is none. */
function partsOf(node: Node): (string | Node)[] | null {
  if (node.type === 'Literal') return typeof node.value === 'string' ? [node.value] : null;
  if (node.type === 'ParenthesizedExpression') return partsOf(node.expression as Node);
  if (node.type === 'TemplateLiteral') {
    const quasis = node.quasis as { value: { cooked: string } }[];
    const expressions = node.expressions as Node[];
    return quasis.flatMap(({ value }, i) => [value.cooked, ...expressions.slice(i, i + 1)]);
  }
  if (node.type !== 'BinaryExpression' || node.operator !== '+') return null;
  const [left, right] = [node.left as Node, node.right as Node];
  const [before, after] = [partsOf(left), partsOf(right)];
  if (before === null && after === null) return null;
  return [...(before ?? [left]), ...(after ?? [right])];
}
