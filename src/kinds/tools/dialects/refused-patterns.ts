/** Whether a regular expression looks around or refers back, which RE2 and model APIs don't know. */
export function looksAround(pattern: string): boolean {
  // What stands in a class or behind a backslash is text; a false alarm costs a check of the model only.
  return /\(\?<?[=!]|\\[1-9]|\\k</.test(pattern);
}
