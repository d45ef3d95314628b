/**
 * Why a pattern can't be sent; null: it can. No dialect gets one in the looser form of JavaScript or for
 * another language, as JSON Schema takes regular expressions of ECMA-262 with Unicode.
 * @param any the dialect takes lookaround and back references
 */
export function patternRefusal(pattern: string, any: boolean): string | null {
  // What stands in a class or behind a backslash is text; a false alarm costs a check of the model only.
  if (!any && /\(\?<?[=!]|\\[1-9]|\\k</.test(pattern)) {
    return 'the dialect refuses patterns with lookaround or back references';
  }
  try {
    new RegExp(pattern, 'u');
    return null;
  } catch {
    return 'it is not a regular expression as JSON Schema has them, with Unicode';
  }
}
