/** The keys of a JSON Schema, at any depth of `properties`, that have no description. */
export function undescribedKeys(schema: Record<string, unknown>): string[] {
  const silent: string[] = [];
  const walk = (at: Record<string, unknown>, path: string) => {
    const { properties = {} } = at as { properties?: Record<string, object> };
    for (const [key, below] of Object.entries(properties)) {
      const name = `${path}.${key}`;
      if (!('description' in below) || below.description === '') silent.push(name);
      walk(below as Record<string, unknown>, name);
    }
  };
  walk(schema, '');
  return silent;
}
