import type { About } from './outline.js';
import type { Part, SchemaDocument } from './schema-document.js';

/** UTF-16 units of what a description says of dropped keywords. */
const LONGEST_HINT = 300;

/** What several schemas that hold for a value say about it: of each kind the first text. */
export function aboutOf(document: SchemaDocument, parts: readonly Part[]): About {
  const first = (keyword: string) => {
    for (const part of parts) {
      const text = document.keywords(part).get(keyword);
      if (typeof text === 'string') return text;
    }
    return undefined;
  };
  return { title: first('title'), description: first('description') };
}

/** Adds what was dropped to a description, where it is short. */
export function hinted(about: About, hints: readonly string[]): About {
  if (hints.length === 0) return about;
  const hint = `(${hints.join('; ')})`;
  if (hint.length > LONGEST_HINT) return about;
  const { description } = about;
  return { ...about, description: description === undefined ? hint : `${description} ${hint}` };
}
