import { fileURLToPath } from 'node:url';

/** Where `npm run build` puts what it builds. */
export const BUILT = fileURLToPath(new URL('../../build/node', import.meta.url));

/** The folder of a sample plugin, ready to be loaded: library and manifest. */
export function builtPlugin(id: string): string {
  return `${BUILT}/plugins/${id}`;
}
