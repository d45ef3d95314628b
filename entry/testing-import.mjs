// As import.mjs, for import 'aisopod/testing'.
import nodeVersion from './node-version.cjs';

nodeVersion.check();
export const { createMockContext, createTestApp, recordRegistrations } = await import(
  '../dist/testing/index.js'
);
