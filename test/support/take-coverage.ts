import { takeCoverage } from 'node:v8';
import { afterAll } from 'vitest';

/** Set up for `npm run coverage`: a worker of vitest is ended without the exit at which Node.js writes. */
afterAll(() => takeCoverage());
