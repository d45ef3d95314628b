/**
 * UTF-16 units of a name that errors keep, since names come from models and from JavaScript. Longer than
 * any full name, which is an id and a name of 64 each.
 */
export const NAME_LONGEST = 200;

/** Returns the text, or its first `longest` UTF-16 units and three dots. */
export function shorten(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest)}...` : text;
}

/** Returns a name of any type and length as a string that fits the details of an error. */
export function shortName(name: unknown): string {
  return String(name).slice(0, NAME_LONGEST);
}
