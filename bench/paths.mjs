import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));
export const BUILT = `${ROOT}build/node`;
export const CLI = `${ROOT}dist/cli/main.js`;
