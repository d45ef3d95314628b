export type { LogLine } from './log-lines.js';
export { createMockContext, type MockContext, type MockContextOptions } from './mock-context.js';
export { type Recording, recordRegistrations } from './record-registrations.js';
export { createTestApp, type TestApp, type TestAppOptions } from './test-app.js';
