import { afterAll } from 'vitest';
import { removeFolderOfFile } from './folder-of-file.js';

/** Set up for all tests. */
afterAll(removeFolderOfFile);
