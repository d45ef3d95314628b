/** A name in `$defs` for the schema at a JSON pointer, which no other definition has. */
export function definitionName(path: string, taken: ReadonlySet<string>): string {
  const last = path.slice(path.lastIndexOf('/') + 1).replace(/[^A-Za-z0-9_-]/g, '_') || 'root';
  for (let turn = 1; ; turn++) {
    const name = turn === 1 ? last : `${last}_${turn}`;
    if (!taken.has(name)) return name;
  }
}
